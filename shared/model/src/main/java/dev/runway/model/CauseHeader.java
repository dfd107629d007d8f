package dev.runway.model;

/**
 * The header of a record that names what the record came of: the id of a request to the control
 * API, or that of a decision. Everything that follows from it, on any topic and in any log, has the
 * same, so that it can be followed by one id.
 */
public final class CauseHeader {
  /** Name of the header; its value is UTF-8, of letters, digits, dots, dashes and underscores. */
  public static final String NAME = "request_id";

  private CauseHeader() {}
}
