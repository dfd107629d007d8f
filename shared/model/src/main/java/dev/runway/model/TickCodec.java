package dev.runway.model;

import org.jspecify.annotations.Nullable;

/** JSON form of a {@link Tick}, contract {@code schemas/tick.schema.json}. */
public final class TickCodec {
  private TickCodec() {}

  /** Writes a tick. */
  public static byte[] write(Tick tick) {
    return JsonBytes.object(out -> out.field("at", tick.atMillis()));
  }

  /**
   * Reads a tick; a time within a minute is that of its beginning.
   *
   * @throws MalformedEvent with the field at fault
   */
  public static Tick read(byte @Nullable [] bytes) throws MalformedEvent {
    long at = EventTime.NONE;
    try (StrictJson json = StrictJson.open(bytes)) {
      for (String field = json.nextField(); field != null; field = json.nextField()) {
        if (field.equals("at")) {
          at = json.instantMillis();
        } else {
          json.skip();
        }
      }
      json.end();
    }
    return Tick.of(Required.time("at", at));
  }
}
