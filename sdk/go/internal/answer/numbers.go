package answer

import (
	"bytes"
	"strconv"
)

// MaxSafeInteger is the largest whole number that every reader of JSON keeps.
const MaxSafeInteger = 1<<53 - 1

// hasUnsafeInteger says whether a JSON text has an integer beyond 2^53 - 1. The text must be valid JSON.
func hasUnsafeInteger(text []byte) bool {
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '"':
			i = endOfString(text, i+1)
		case c == '-' || c >= '0' && c <= '9':
			end := endOfNumber(text, i)
			if isUnsafeInteger(text[i:end]) {
				return true
			}
			i = end
		default:
			i++
		}
	}
	return false
}

func endOfString(text []byte, i int) int {
	for text[i] != '"' {
		if text[i] == '\\' {
			i++
		}
		i++
	}
	return i + 1
}

func endOfNumber(text []byte, i int) int {
	for i < len(text) {
		switch c := text[i]; {
		case c >= '0' && c <= '9', c == '-', c == '+', c == '.', c == 'e', c == 'E':
			i++
		default:
			return i
		}
	}
	return i
}

func isUnsafeInteger(literal []byte) bool {
	// 15 digits are always safe, and what has a fraction or an exponent claims to be no integer.
	if len(literal) <= 15 || bytes.ContainsAny(literal, ".eE") {
		return false
	}
	value, err := strconv.ParseInt(string(literal), 10, 64)
	return err != nil || value > MaxSafeInteger || value < -MaxSafeInteger
}
