package dev.runway.control.security;

/** It is not known who asks. The reason is for whoever sent the token, and says nothing of ours. */
public final class AuthenticationFailed extends Exception {
  private static final long serialVersionUID = 1L;

  public AuthenticationFailed(String reason) {
    super(reason, null, false, false);
  }

  /** In words. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
