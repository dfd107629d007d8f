package dev.runway.control.http;

/**
 * One thing that is wrong with a request.
 *
 * @param place {@code pointer} into the body, or the {@code parameter} or {@code header} by name
 * @param name JSON pointer such as {@code /judging/horizon}, or the name
 * @param detail what was found and what is due
 */
public record Fault(String place, String name, String detail) {
  public static Fault at(String pointer, String detail) {
    return new Fault("pointer", pointer, detail);
  }
}
