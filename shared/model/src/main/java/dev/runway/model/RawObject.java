package dev.runway.model;

/** One JSON object inside an event that is kept as the bytes it stands there with. */
final class RawObject {
  private RawObject() {}

  /**
   * Refuses to write what no reader would take.
   *
   * @throws IllegalArgumentException if it is not one JSON object, or too large
   */
  static void require(String name, byte[] bytes, int maxBytes) {
    try (StrictJson json = StrictJson.open(bytes, maxBytes)) {
      while (json.nextField() != null) {
        json.skip();
      }
      json.end();
    } catch (MalformedEvent e) {
      throw new IllegalArgumentException(name + " is one JSON object: " + e.detail(), e);
    }
  }

  /** The object that begins here. */
  static byte[] read(StrictJson json, int maxBytes) throws MalformedEvent {
    json.enterObject();
    byte[] raw = json.raw();
    if (raw.length > maxBytes) {
      throw json.bad(raw.length + " bytes, at most " + maxBytes + " are accepted");
    }
    return raw;
  }
}
