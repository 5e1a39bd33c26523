package io.backstitch.internal;

import com.google.gson.JsonParseException;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;

/** Times in payloads are text: RFC 3339. */
final class InstantAdapter extends TypeAdapter<Instant> {
  @Override
  public void write(JsonWriter writer, Instant value) throws IOException {
    writer.value(value.toString());
  }

  @Override
  public Instant read(JsonReader reader) throws IOException {
    try {
      return Instant.parse(reader.nextString());
    } catch (DateTimeException fault) {
      throw new JsonParseException("not a time", fault);
    }
  }
}
