package dev.runway.control.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The webhook of an Argo event source that takes signed events alone, and those not too old. */
public final class WebhookDouble extends SchedulerDouble {
  private final String secret;
  private volatile int status = 200;

  /**
   * @param secret empty to take what is not signed
   */
  public WebhookDouble(String secret) {
    this.secret = secret;
  }

  /** From now on it answers with this code once it has taken an event. */
  public void answerWith(int code) {
    status = code;
  }

  @Override
  protected boolean isStart(Seen request) {
    return true;
  }

  @Override
  protected Said answer(Seen request) throws IOException {
    if (!request.path().equals("/hook")) {
      return said(404, "message", "no such event source");
    }
    if (!isSigned(request)) {
      return said(401, "message", "the signature does not hold");
    }
    JsonNode body = JSON.readTree(request.body());
    JsonNode payload = body.path("payload");
    started(payload.path("id").asText(), payload.path("model_id").asText());
    return new Said(status, NODES.textNode("success"));
  }

  private boolean isSigned(Seen request) {
    if (secret.isEmpty()) {
      return true;
    }
    String timestamp = request.header("X-Runway-Timestamp");
    long age = Math.abs(Instant.now().getEpochSecond() - Long.parseLong(timestamp));
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] head = (timestamp + ".").getBytes(StandardCharsets.UTF_8);
      byte[] signed = new byte[head.length + request.body().length];
      System.arraycopy(head, 0, signed, 0, head.length);
      System.arraycopy(request.body(), 0, signed, head.length, request.body().length);
      byte[] due =
          ("v1=" + HexFormat.of().formatHex(mac.doFinal(signed))).getBytes(StandardCharsets.UTF_8);
      byte[] given =
          String.valueOf(request.header("X-Runway-Signature")).getBytes(StandardCharsets.UTF_8);
      return age < 300 && MessageDigest.isEqual(due, given);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
