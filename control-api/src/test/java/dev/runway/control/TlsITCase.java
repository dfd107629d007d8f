package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.control.options.ControlSettings;
import dev.runway.testkit.PostgresDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The API with a certificate of its own. */
class TlsITCase {
  private static final String PASSWORD = "s3cret-of-the-store";

  @RegisterExtension static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @TempDir static Path folder;

  @BeforeAll
  static void makeStores() throws Exception {
    Files.writeString(folder.resolve("password"), PASSWORD + "\n");
    Files.writeString(folder.resolve("wrong"), "guess");
    keyPair("server.p12", "EC");
    keyPair("other.p12", "RSA");
    pem("server.pem", "server.p12", "server.p12");
    pem("mixed.pem", "other.p12", "server.p12");
    Files.writeString(folder.resolve("empty.pem"), "");
  }

  private static void keyPair(String file, String algorithm) throws Exception {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                algorithm,
                "-dname",
                "CN=localhost",
                "-ext",
                "san=ip:127.0.0.1,dns:localhost",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                folder.resolve(file).toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(file + ".log").toFile())
            .start();
    assertThat(keytool.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(keytool.exitValue()).as(Files.readString(folder.resolve(file + ".log"))).isZero();
  }

  private static KeyStore store(String file) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve(file))) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  /** With the key of one store and the certificate of another. */
  private static void pem(String file, String keyOf, String certificateOf) throws Exception {
    byte[] key = store(keyOf).getKey("server", PASSWORD.toCharArray()).getEncoded();
    Certificate certificate = store(certificateOf).getCertificate("server");
    Files.writeString(
        folder.resolve(file),
        block("PRIVATE KEY", key) + block("CERTIFICATE", certificate.getEncoded()));
  }

  private static String block(String label, byte[] encoded) {
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(label, Base64.getMimeEncoder().encodeToString(encoded));
  }

  /** Trusts the server's certificate and no other. */
  private static HttpClient client() throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", store("server.p12").getCertificate("server"));
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }

  private static RunningApi api(String store, String password) {
    Map<String, String> settings = new HashMap<>();
    settings.put("RUNWAY_CONTROL_TLS_KEYSTORE", folder.resolve(store).toString());
    if (password != null) {
      settings.put("RUNWAY_CONTROL_TLS_PASSWORD_FILE", folder.resolve(password).toString());
    }
    return new RunningApi(POSTGRES, "127.0.0.1:1", settings);
  }

  private static HttpRequest me(RunningApi api, String address) {
    return HttpRequest.newBuilder(URI.create(address + "/v1/me"))
        .header("Authorization", "Bearer " + api.token())
        .build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"server.p12", "server.pem"})
  void api_speaksTlsAndNothingElse(String store) throws Exception {
    RunningApi api = api(store, store.endsWith("p12") ? "password" : null);
    api.start();
    try {
      assertThat(api.address()).startsWith("https://127.0.0.1:");
      HttpResponse<String> answer =
          client().send(me(api, api.address()), HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).contains("demo");
      assertThat(answer.sslSession().orElseThrow().getProtocol()).isIn("TLSv1.3", "TLSv1.2");

      HttpClient stranger = HttpClient.newHttpClient();
      assertThatThrownBy(
              () -> stranger.send(me(api, api.address()), HttpResponse.BodyHandlers.discarding()))
          .isInstanceOf(SSLHandshakeException.class);
      String plain = api.address().replace("https:", "http:");
      assertThatThrownBy(
              () -> stranger.send(me(api, plain), HttpResponse.BodyHandlers.discarding()))
          .isInstanceOf(IOException.class);
    } finally {
      api.stop();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"server.p12", "mixed.pem", "empty.pem", "absent.p12", "absent.pem"})
  void storeThatDoesNotOpen_isRefusedAtTheStart(String store) {
    assertThatThrownBy(() -> api(store, "wrong").start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(folder.resolve(store).toString())
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("guess"));
  }

  @Test
  void passwordOfNoStore_isRefused() {
    RunningApi api =
        new RunningApi(
            POSTGRES,
            "127.0.0.1:1",
            Map.of("RUNWAY_CONTROL_TLS_PASSWORD_FILE", folder.resolve("password").toString()));
    assertThatThrownBy(api::options)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(ControlSettings.TLS_KEYSTORE.name());
  }
}
