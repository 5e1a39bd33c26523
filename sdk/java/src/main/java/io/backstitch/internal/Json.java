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
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

/** Payloads: JSON objects, to and from text, maps and records. */
public final class Json {
  /** The largest payload that a handler may give, in bytes of JSON text; the orchestrator refuses more. */
  public static final int MAX_PAYLOAD_BYTES = 256 * 1024;

  /** Beyond it a whole number that JSON readers take for a double would be rounded. */
  static final double MAX_SAFE_INTEGER = 9_007_199_254_740_991d;

  private static final Type MAP = new TypeToken<Map<String, Object>>() {}.getType();

  /** It lets NaN into a tree, so that it is refused with its place, or its payload's name. */
  private static final Gson GSON =
      new GsonBuilder()
          .disableHtmlEscaping()
          .serializeNulls()
          .serializeSpecialFloatingPointValues()
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
      JsonElement tree = toTree(value, what);
      if (!tree.isJsonObject()) throw new StatusError(Status.Code.INTERNAL, what + " is not a JSON object");
      assertNumbers(tree, what);
      text = GSON.toJson(tree);
    } catch (IllegalArgumentException fault) {
      throw new StatusError(Status.Code.INTERNAL, fault.getMessage());
    }
    // A UTF-16 unit takes at most 3 bytes, so most texts need no count.
    if (text.length() * 3L > MAX_PAYLOAD_BYTES
        && text.getBytes(StandardCharsets.UTF_8).length > MAX_PAYLOAD_BYTES) {
      throw new StatusError(Status.Code.INTERNAL, what + " is larger than " + MAX_PAYLOAD_BYTES + " bytes");
    }
    return text;
  }

  /**
   * The tree of any value, its numbers unchecked.
   *
   * @throws IllegalArgumentException naming it, if it cannot be written as JSON
   */
  static JsonElement toTree(Object value, String what) {
    try {
      return GSON.toJsonTree(value);
    } catch (RuntimeException | StackOverflowError fault) {
      // Whatever the value's own methods throw, too.
      throw new IllegalArgumentException(what + " cannot be written as JSON", fault);
    }
  }

  /** Why a number may not be in a payload: JSON has none for it, or its readers would round it; null: it may. */
  static String faultOf(double number) {
    if (!Double.isFinite(number)) return "is not a finite number";
    if (Math.rint(number) != number || Math.abs(number) <= MAX_SAFE_INTEGER) return null;
    return "is an integer beyond 2^53 - 1, which would be rounded: give it as a string";
  }

  /** A text as a JSON string, for logs. */
  public static String quote(String text) {
    return GSON.toJson(text);
  }

  /** A double as large as 1e300 is whole, too, but nothing was rounded: a handler may pass on what it was given. */
  private static void assertNumbers(JsonElement value, String what) {
    if (value instanceof JsonPrimitive primitive && primitive.isNumber()) {
      Number number = primitive.getAsNumber();
      boolean isDouble = number instanceof Double || number instanceof Float;
      String fault = isDouble && Double.isFinite(number.doubleValue()) ? null : faultOf(primitive.getAsDouble());
      if (fault != null) throw new StatusError(Status.Code.INTERNAL, what + " has a number that " + fault);
    } else if (value.isJsonObject()) {
      for (var entry : value.getAsJsonObject().entrySet()) assertNumbers(entry.getValue(), what);
    } else if (value.isJsonArray()) {
      for (JsonElement item : value.getAsJsonArray()) assertNumbers(item, what);
    }
  }
}
