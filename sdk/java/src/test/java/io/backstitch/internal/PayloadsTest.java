package io.backstitch.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonParser;
import com.google.protobuf.Struct;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PayloadsTest {
  enum Size {
    SMALL
  }

  record Item(String sku, Size size, Instant at, int[] counts, Map<String, Object> more) {}

  private static String refusal(Object payload) {
    return assertThrows(IllegalArgumentException.class, () -> Payloads.toStruct("input", payload)).getMessage();
  }

  @Test
  @DisplayName("what goes out comes in again: whole numbers as Longs, others as Doubles")
  void roundTrip() {
    Map<String, Object> payload = new HashMap<>();
    payload.put("text", "ä\u0000\n\u2028😀");
    payload.put("flag", true);
    payload.put("none", null);
    payload.put("large", 9_007_199_254_740_991L);
    payload.put("small", -9_007_199_254_740_991L);
    payload.put("share", 0.25);
    payload.put("list", Arrays.asList(1L, null, "x", Map.of("deep", List.of())));
    assertEquals(payload, Payloads.toMap(Payloads.toStruct("input", payload)));
  }

  @Test
  @DisplayName("records, enums, times, arrays and the trees of Gson are written too")
  void records() {
    Item item = new Item("A1", Size.SMALL, Instant.EPOCH, new int[] {1, 2}, Map.of("x", new BigDecimal("1.50")));
    Map<String, Object> expected =
        Map.of(
            "sku", "A1",
            "size", "SMALL",
            "at", "1970-01-01T00:00:00Z",
            "counts", List.of(1L, 2L),
            "more", Map.of("x", 1.5));
    assertEquals(expected, Payloads.toMap(Payloads.toStruct("input", item)));
    var tree = JsonParser.parseString("{\"n\": 2.0, \"items\": [{}]}");
    assertEquals(Map.of("n", 2L, "items", List.of(Map.of())), Payloads.toMap(Payloads.toStruct("input", tree)));
    assertEquals(Struct.getDefaultInstance(), Payloads.toStruct("input", null));
  }

  @Test
  @DisplayName("a number that would be rounded, or is none, is refused with its field")
  void numbers() {
    String beyond = " is an integer beyond 2^53 - 1, which would be rounded: give it as a string";
    assertEquals("input.a.b[1]" + beyond, refusal(Map.of("a", Map.of("b", List.of(1, 9_007_199_254_740_993L)))));
    assertEquals("input.a" + beyond, refusal(Map.of("a", new BigDecimal("-9007199254740992"))));
    assertEquals("input.a" + beyond, refusal(Map.of("a", 1e300)));
    for (double number : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
      assertEquals("input.a is not a finite number", refusal(Map.of("a", number)));
    }
    record Price(double amount) {}
    assertEquals("input.amount is not a finite number", refusal(new Price(Double.NaN)));
  }

  @Test
  @DisplayName("what is not a JSON object is refused, and the message has nothing of the payload")
  void notObjects() {
    for (Object payload : new Object[] {"secret", 1, List.of("secret"), true}) {
      assertEquals("input is not a JSON object", refusal(payload));
    }
    assertEquals("input cannot be written as JSON", refusal(Map.of("secret", Thread.currentThread())));
    List<Object> endless = new ArrayList<>();
    endless.add(endless);
    assertEquals("input cannot be written as JSON", refusal(Map.of("secret", endless)));
  }
}
