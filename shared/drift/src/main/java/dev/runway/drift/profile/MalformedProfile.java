package dev.runway.drift.profile;

/** A profile that is refused, with the place and the reason. Carries no stack: it is data. */
public final class MalformedProfile extends Exception {

  private final String place;

  /**
   * A refusal.
   *
   * @param place path in the document, for example {@code features[3].edges}; empty for the whole
   * @param reason what was found and what was expected
   */
  public MalformedProfile(String place, String reason) {
    super(place.isEmpty() ? reason : place + ": " + reason, null, false, false);
    this.place = place;
  }

  public String place() {
    return place;
  }
}
