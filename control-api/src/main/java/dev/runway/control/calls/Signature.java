package dev.runway.control.calls;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Headers by which a receiver knows that an event is ours: {@code X-Runway-Signature} is {@code
 * v1=} and the HMAC-SHA256, in hex, of the value of {@code X-Runway-Timestamp}, a dot, and the body
 * as it was sent.
 */
public final class Signature {
  private Signature() {}

  /**
   * The headers of an event.
   *
   * @param secretFile what it is signed with, read each time; null to sign nothing
   * @throws NotSent if the secret cannot be read or is none
   */
  public static Map<String, String> headers(@Nullable Path secretFile, Instant now, byte[] body)
      throws NotSent {
    Map<String, String> headers = new HashMap<>();
    String timestamp = Long.toString(now.getEpochSecond());
    headers.put("X-Runway-Timestamp", timestamp);
    if (secretFile != null) {
      byte[] secret = HttpCalls.secret(secretFile).getBytes(StandardCharsets.UTF_8);
      headers.put("X-Runway-Signature", "v1=" + sign(secret, timestamp, body));
    }
    return headers;
  }

  private static String sign(byte[] secret, String timestamp, byte[] body) throws NotSent {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      mac.update((timestamp + ".").getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new NotSent("the event cannot be signed: is the secret's file empty?", e);
    }
  }
}
