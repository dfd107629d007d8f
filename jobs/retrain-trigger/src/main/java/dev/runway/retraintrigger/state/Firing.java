package dev.runway.retraintrigger.state;

/**
 * In which of the last windows a policy's condition held: {@code 1} or {@code 0} each, the newest
 * last. Windows in which it could not be judged are not among them.
 */
public record Firing(int policyVersion, String windows) {

  /** After one more window. */
  public Firing and(boolean held, int of) {
    String longer = windows + (held ? '1' : '0');
    return new Firing(policyVersion, longer.substring(Math.max(0, longer.length() - of)));
  }

  /** In how many of them it held. */
  public int held() {
    return (int) windows.chars().filter(c -> c == '1').count();
  }
}
