package dev.runway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A head of the audit chain in a file, as {@code audit head --json} prints it. */
record KeptHead(long seq, String hash, String at, String signature) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern PUBLIC_KEY =
      Pattern.compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----");

  /**
   * Reads it.
   *
   * @param publicKey PEM file with the key that must have signed it; null to ask for no signature
   * @throws CannotAsk if there is none, or it was not signed with that key
   */
  static KeptHead read(Path file, @Nullable Path publicKey) {
    JsonNode json;
    try {
      json = JSON.readTree(Files.readString(file));
    } catch (IOException e) {
      throw new CannotAsk("cannot read the head in " + file + ": " + e);
    }
    KeptHead head =
        new KeptHead(
            json.path("seq").asLong(-1),
            json.path("hash").asText(),
            json.path("at").asText(),
            json.path("signature").asText());
    if (head.seq < 0 || !head.hash.matches("[0-9a-f]{64}")) {
      throw new CannotAsk(file + " holds no head: keep what runway audit head --json prints");
    }
    if (publicKey != null && !head.isSignedWith(publicKey)) {
      throw new CannotAsk(file + " was not signed with the key of " + publicKey);
    }
    return head;
  }

  /** What the API is asked for. */
  Map<String, String> query() {
    return Map.of("head_seq", Long.toString(seq), "head_hash", hash);
  }

  private boolean isSignedWith(Path file) {
    try {
      Matcher pem = PUBLIC_KEY.matcher(Files.readString(file));
      if (!pem.find()) {
        throw new CannotAsk(file + " holds no PUBLIC KEY: openssl pkey -pubout makes one");
      }
      PublicKey key =
          KeyFactory.getInstance("Ed25519")
              .generatePublic(new X509EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1))));
      Signature check = Signature.getInstance("Ed25519");
      check.initVerify(key);
      check.update(
          "runway-audit-head %d %s %s".formatted(seq, hash, at).getBytes(StandardCharsets.UTF_8));
      return check.verify(Base64.getDecoder().decode(signature));
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new CannotAsk("cannot check the signature with " + file + ": " + e);
    }
  }
}
