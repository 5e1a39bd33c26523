package io.backstitch.internal;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.ToNumberPolicy;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.backstitch.Rejected;
import io.grpc.Status;
import java.io.IOException;
import java.io.StringReader;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;

/** Payloads: JSON objects, to and from text, maps and records. */
public final class Json {
  /** The largest payload that a handler may give, in bytes of JSON text; the orchestrator refuses more. */
  public static final int MAX_PAYLOAD_BYTES = 256 * 1024;

  private static final BigInteger MAX_SAFE_INTEGER = BigInteger.valueOf((1L << 53) - 1);
  private static final Pattern INTEGER = Pattern.compile("-?\\d+");
  private static final Type MAP = new TypeToken<Map<String, Object>>() {}.getType();

  private static final Gson GSON =
      new GsonBuilder()
          .disableHtmlEscaping()
          .serializeNulls()
          .setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE)
          .registerTypeAdapter(Instant.class, new InstantAdapter().nullSafe())
          .create();

  private Json() {}

  /**
   * Reads a payload. Nothing is an empty object.
   *
   * @throws StatusError INVALID_ARGUMENT if it is not a JSON object
   */
  public static JsonObject parseObject(String text) {
    if (text.isEmpty()) return new JsonObject();
    try {
      JsonReader reader = new JsonReader(new StringReader(text));
      reader.setStrictness(Strictness.STRICT);
      JsonElement value = GSON.getAdapter(JsonElement.class).read(reader);
      if (value.isJsonObject() && reader.peek() == JsonToken.END_DOCUMENT) return value.getAsJsonObject();
    } catch (IOException | RuntimeException fault) {
      // Neither the text nor the parser's quotation of it may reach a message.
    }
    throw new StatusError(Status.Code.INVALID_ARGUMENT, "the payload is not a JSON object");
  }

  /** The object as a map; whole numbers are Longs, others Doubles. */
  public static Map<String, Object> toMap(JsonObject object) {
    return GSON.fromJson(object, MAP);
  }

  /** The object that a map stands for, as {@link #toMap} gives it. */
  public static JsonObject toObject(Map<String, Object> map) {
    return GSON.toJsonTree(map, MAP).getAsJsonObject();
  }

  /**
   * Reads an object as a record, or any other class that Gson knows.
   *
   * @throws StatusError INVALID_ARGUMENT if it does not fit
   */
  public static <T> T read(JsonObject object, Class<T> type) {
    try {
      return GSON.fromJson(object, type);
    } catch (JsonParseException | IllegalStateException | IllegalArgumentException fault) {
      // The fault quotes the payload, so it goes no further.
    } catch (RuntimeException fault) {
      // A record's constructor threw; Gson's message holds the constructor's arguments.
      if (fault.getCause() instanceof Rejected refusal) throw refusal;
    }
    throw new StatusError(Status.Code.INVALID_ARGUMENT, "the payload does not fit " + type.getSimpleName());
  }

  /**
   * Writes a map or a record as JSON text. Nothing becomes {@code {}}.
   *
   * @param what names the value in errors
   * @throws StatusError INTERNAL for what is not a JSON object, cannot be encoded, or is too large
   */
  public static String encodeObject(Object value, String what) {
    if (value == null) return "{}";
    String text;
    try {
      JsonElement tree = GSON.toJsonTree(value);
      if (!tree.isJsonObject()) throw new StatusError(Status.Code.INTERNAL, what + " is not a JSON object");
      assertNumbers(tree, what);
      text = GSON.toJson(tree);
    } catch (JsonParseException | IllegalArgumentException | UnsupportedOperationException | StackOverflowError fault) {
      throw new StatusError(Status.Code.INTERNAL, what + " cannot be written as JSON");
    }
    // A UTF-16 unit takes at most 3 bytes, so most texts need no count.
    if (text.length() * 3L > MAX_PAYLOAD_BYTES
        && text.getBytes(StandardCharsets.UTF_8).length > MAX_PAYLOAD_BYTES) {
      throw new StatusError(Status.Code.INTERNAL, what + " is larger than " + MAX_PAYLOAD_BYTES + " bytes");
    }
    return text;
  }

  /** A text as a JSON string, for logs. */
  public static String quote(String text) {
    return GSON.toJson(text);
  }

  /** Integers beyond 2^53 - 1 would be rounded on their way; NaN and the infinities have no JSON. */
  private static void assertNumbers(JsonElement value, String what) {
    if (value instanceof JsonPrimitive primitive && primitive.isNumber()) {
      if (!isExact(primitive.getAsNumber())) {
        throw new StatusError(Status.Code.INTERNAL, what + " has a number that JSON cannot hold exactly");
      }
    } else if (value.isJsonObject()) {
      for (var entry : value.getAsJsonObject().entrySet()) assertNumbers(entry.getValue(), what);
    } else if (value.isJsonArray()) {
      for (JsonElement item : value.getAsJsonArray()) assertNumbers(item, what);
    }
  }

  private static boolean isExact(Number number) {
    if (number instanceof Double || number instanceof Float) return Double.isFinite(number.doubleValue());
    String text = number.toString();
    return !INTEGER.matcher(text).matches() || new BigInteger(text).abs().compareTo(MAX_SAFE_INTEGER) <= 0;
  }
}
