package io.backstitch.internal;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Payloads between Java and google.protobuf.Struct. What goes out is a Map, a record, or whatever else Gson writes as
 * an object. What comes in is Map, List, String, Boolean, Long where a number is whole, else Double, and null.
 */
public final class Payloads {
  private Payloads() {}

  /**
   * The Struct of a payload; null gives an empty one.
   *
   * @param field how the payload is called in errors, such as "input"
   * @throws IllegalArgumentException naming the field, for what is not a JSON object or holds what JSON cannot
   */
  public static Struct toStruct(String field, Object payload) {
    if (payload == null) return Struct.getDefaultInstance();
    Value value = toValue(field, payload);
    if (!value.hasStructValue()) throw new IllegalArgumentException(field + " is not a JSON object");
    return value.getStructValue();
  }

  /**
   * The Value of any JSON.
   *
   * @throws IllegalArgumentException naming the field, for what JSON cannot hold
   */
  public static Value toValue(String field, Object json) {
    return valueOf(field, Json.toTree(json, field));
  }

  /** A payload as an unmodifiable Map, in the order in which it came. */
  public static Map<String, Object> toMap(Struct struct) {
    Map<String, Object> map = new LinkedHashMap<>();
    struct.getFieldsMap().forEach((key, value) -> map.put(key, toObject(value)));
    return Collections.unmodifiableMap(map);
  }

  private static Value valueOf(String field, JsonElement json) {
    Value.Builder value = Value.newBuilder();
    if (json.isJsonObject()) {
      Struct.Builder struct = value.getStructValueBuilder();
      for (Map.Entry<String, JsonElement> member : json.getAsJsonObject().entrySet()) {
        struct.putFields(member.getKey(), valueOf(field + "." + member.getKey(), member.getValue()));
      }
    } else if (json.isJsonArray()) {
      ListValue.Builder list = value.getListValueBuilder();
      for (JsonElement item : json.getAsJsonArray()) {
        list.addValues(valueOf(field + "[" + list.getValuesCount() + "]", item));
      }
    } else if (json instanceof JsonPrimitive primitive) {
      if (primitive.isBoolean()) value.setBoolValue(primitive.getAsBoolean());
      else if (primitive.isNumber()) value.setNumberValue(checked(field, primitive.getAsDouble()));
      else value.setStringValue(primitive.getAsString());
    } else {
      value.setNullValue(NullValue.NULL_VALUE);
    }
    return value.build();
  }

  private static double checked(String field, double number) {
    String fault = Json.faultOf(number);
    if (fault != null) throw new IllegalArgumentException(field + " " + fault);
    return number;
  }

  private static Object toObject(Value value) {
    return switch (value.getKindCase()) {
      case NUMBER_VALUE -> numberOf(value.getNumberValue());
      case STRING_VALUE -> value.getStringValue();
      case BOOL_VALUE -> value.getBoolValue();
      case STRUCT_VALUE -> toMap(value.getStructValue());
      case LIST_VALUE -> {
        List<Object> items = new ArrayList<>();
        for (Value item : value.getListValue().getValuesList()) items.add(toObject(item));
        yield Collections.unmodifiableList(items);
      }
      case NULL_VALUE, KIND_NOT_SET -> null;
    };
  }

  private static Object numberOf(double number) {
    boolean whole = Math.rint(number) == number && Math.abs(number) <= Json.MAX_SAFE_INTEGER;
    // Not a conditional expression: it would turn the long into a double.
    if (whole) return (long) number;
    return number;
  }
}
