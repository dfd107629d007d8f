package dev.runway.profile.source;

/** Takes values and keeps none. */
final class NoCells implements Cells {
  @Override
  public void text(int column, String value) {}

  @Override
  public void number(int column, double value) {}

  @Override
  public void word(int column, String value) {}

  @Override
  public void truth(int column, boolean value) {}
}
