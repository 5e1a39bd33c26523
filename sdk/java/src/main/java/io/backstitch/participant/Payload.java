package io.backstitch.participant;

import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import io.backstitch.internal.Json;
import io.backstitch.internal.Payloads;
import io.backstitch.internal.StatusError;
import java.util.Map;

/** A payload as its transport brought it. */
sealed interface Payload {
  /** No payload, which is read as an empty object. */
  Payload NONE = new Text("");

  /** UTF-8 JSON; empty: none. */
  record Text(String text) implements Payload {
    @Override
    public JsonObject toObject() {
      return Json.parseObject(text);
    }

    @Override
    public Map<String, Object> toMap() {
      return Json.toMap(toObject());
    }
  }

  /** What unary messages bring. */
  record Parsed(Struct struct) implements Payload {
    @Override
    public JsonObject toObject() {
      return Json.toObject(toMap());
    }

    @Override
    public Map<String, Object> toMap() {
      return Payloads.toMap(struct);
    }
  }

  static Payload of(ByteString json) {
    return json.isEmpty() ? NONE : new Text(json.toStringUtf8());
  }

  /** A field of a message, which is there or not. */
  static Payload of(boolean given, Struct struct) {
    return given ? new Parsed(struct) : NONE;
  }

  /**
   * The payload as a tree.
   *
   * @throws StatusError INVALID_ARGUMENT if it is not a JSON object
   */
  JsonObject toObject();

  /** The payload as a map, under the same condition. */
  Map<String, Object> toMap();

  /** The payload as a record, under the same condition, and if it fits. */
  @SuppressWarnings("unchecked")
  default <T> T read(Class<T> type) {
    return type == Map.class ? (T) toMap() : Json.read(toObject(), type);
  }
}
