package dev.runway.control.security;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys and certificates in a PEM file, as openssl writes them. No message holds what is in it. */
public final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

  private final Path file;
  private final String text;

  private Pem(Path file, String text) {
    this.file = file;
    this.text = text;
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it cannot be read
   */
  public static Pem of(Path file) {
    try {
      return new Pem(file, Files.readString(file, StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " cannot be read: " + e, e);
    }
  }

  /**
   * The private key in it.
   *
   * @throws IllegalArgumentException with the remedy, if there is none
   */
  public PrivateKey privateKey() {
    List<byte[]> found = blocks("PRIVATE KEY");
    if (found.size() != 1) {
      throw new IllegalArgumentException(
          "%s must hold one PRIVATE KEY and holds %d; openssl pkcs8 -topk8 -nocrypt makes it"
              .formatted(file, found.size()));
    }
    PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(found.get(0));
    // What kind of key it is stands in the encoded form, which only its own factory takes.
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
      } catch (InvalidKeySpecException e) {
        // Of another kind.
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every JDK has " + algorithm, e);
      }
    }
    throw new IllegalArgumentException("the key in " + file + " is none of " + ALGORITHMS);
  }

  /** Its certificates: the first is the key's own, each further one has signed the one before. */
  public Certificate[] certificates() {
    List<Certificate> chain = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (byte[] encoded : blocks("CERTIFICATE")) {
        chain.add(factory.generateCertificate(new ByteArrayInputStream(encoded)));
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(file + " holds a certificate that cannot be read", e);
    }
    if (chain.isEmpty()) {
      throw new IllegalArgumentException(file + " holds no CERTIFICATE");
    }
    return chain.toArray(Certificate[]::new);
  }

  private List<byte[]> blocks(String label) {
    List<byte[]> found = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      if (matcher.group(1).equals(label)) {
        try {
          found.add(Base64.getMimeDecoder().decode(matcher.group(2)));
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(file + " holds a " + label + " that is cut off", e);
        }
      }
    }
    return found;
  }
}
