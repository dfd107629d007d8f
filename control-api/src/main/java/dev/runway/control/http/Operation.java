package dev.runway.control.http;

import dev.runway.control.security.Access;

/**
 * Every operation of the contract, and what it takes to use it. This is the one table of rights: an
 * operation without a line here cannot be served.
 */
public enum Operation {
  LIVENESS("getLiveness", Access.open()),
  READINESS("getReadiness", Access.open()),
  CONTRACT("getContract", Access.open());

  private final String id;
  private final Access access;

  Operation(String id, Access access) {
    this.id = id;
    this.access = access;
  }

  /** Its operationId in the contract. */
  public String id() {
    return id;
  }

  public Access access() {
    return access;
  }
}
