package dev.runway.control.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file that is served as it is to whoever asks. It tells nothing: what there is to see the page
 * asks the API for, with the token of its reader.
 *
 * @param path where it is served
 * @param headers beside those of its kind
 * @param etag made of its bytes, in quotes
 */
public record WebFile(
    String path, String contentType, byte[] body, Map<String, String> headers, String etag) {

  public WebFile(String path, String contentType, byte[] body, Map<String, String> headers) {
    this(path, contentType, body, headers, "\"" + digest(body) + "\"");
  }

  /**
   * Whether whoever asks has it already.
   *
   * @param ifNoneMatch the header; a proxy that packs may have made its tags weak
   */
  boolean isKnown(@Nullable String ifNoneMatch) {
    return ifNoneMatch != null && ifNoneMatch.contains(etag);
  }

  /** As text. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  private static String digest(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every JDK has it.
    }
  }
}
