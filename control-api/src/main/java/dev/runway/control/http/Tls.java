package dev.runway.control.http;

import dev.runway.control.options.ControlOptions;
import dev.runway.control.security.Pem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Certificate and key of the server, from PKCS12 or PEM. Read once: a new one takes a restart. */
final class Tls {
  private static final String ALIAS = "server";
  private static final byte[] ANYTHING = {1};

  private static final Map<String, String> SIGNATURES =
      Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

  private Tls() {}

  /**
   * What the server speaks TLS with.
   *
   * @throws IllegalArgumentException with the file, if it holds no certificate with its key
   */
  static SslContextFactory.Server of(ControlOptions.Tls options) {
    Path file = options.keyStore();
    boolean isPem = file.toString().toLowerCase(Locale.ROOT).endsWith(".pem");
    // Of PEM the store is in memory alone, and has a password because stores want one.
    String password = isPem ? ALIAS : options.currentPassword();
    SslContextFactory.Server tls = new SslContextFactory.Server();
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      if (isPem) {
        Pem pem = Pem.of(file);
        store.load(null, null);
        store.setKeyEntry(ALIAS, pem.privateKey(), password.toCharArray(), pem.certificates());
      } else {
        try (InputStream in = Files.newInputStream(file)) {
          store.load(in, password.toCharArray());
        }
      }
      requirePair(file, store, password);
      tls.setKeyStore(store);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "%s holds no certificate with its key that opens: %s".formatted(file, e.getMessage()), e);
    }
    tls.setKeyStorePassword(password);
    return tls;
  }

  /** Else every caller would be turned away, and the log would not say why. */
  private static void requirePair(Path file, KeyStore store, String password)
      throws GeneralSecurityException {
    for (String alias : Collections.list(store.aliases())) {
      if (store.getKey(alias, password.toCharArray()) instanceof PrivateKey key) {
        Certificate certificate = store.getCertificate(alias);
        Signature signature =
            Signature.getInstance(SIGNATURES.getOrDefault(key.getAlgorithm(), key.getAlgorithm()));
        signature.initSign(key);
        signature.update(ANYTHING);
        byte[] signed = signature.sign();
        signature.initVerify(certificate);
        signature.update(ANYTHING);
        if (signature.verify(signed)) {
          return;
        }
        throw new IllegalArgumentException(
            file + " holds a certificate of another key: the server's own comes first");
      }
    }
    throw new IllegalArgumentException(file + " holds no private key");
  }
}
