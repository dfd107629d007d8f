package dev.runway.control.http;

import dev.runway.control.database.Unavailable;
import dev.runway.control.security.IssuerAway;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Writes to a response that stays open. */
final class ResponseWire implements Handlers.Wire {
  private static final int TOO_MANY = 429;

  private final Gate gate;
  private final Operation operation;
  private final Gate.Request request;
  private final HttpServletResponse response;

  ResponseWire(Gate gate, Operation operation, Gate.Request request, HttpServletResponse response) {
    this.gate = gate;
    this.operation = operation;
    this.request = request;
    this.response = response;
  }

  @Override
  public void write(String text) throws IOException {
    response.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    response.flushBuffer();
  }

  @Override
  public boolean stillMay() {
    try {
      gate.enter(operation, request);
      return true;
    } catch (Problem e) {
      return e.status() == TOO_MANY; // It may, later.
    } catch (Unavailable | IssuerAway e) {
      return true; // Not known now; the next look tells.
    }
  }
}
