package dev.runway.tables.write;

import dev.runway.testkit.PostgresDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;

/** A self-signed certificate, and a server of the tests that speaks TLS with it. */
final class ServerCertificate {
  private static final String STORE_PASSWORD = "changeit";

  private ServerCertificate() {}

  /** Lets a running server speak TLS from its next connection on. */
  static void install(PostgresDatabase postgres, Path folder) throws Exception {
    KeyStore store = make(folder.resolve("server.p12"));
    Key key = store.getKey("server", STORE_PASSWORD.toCharArray());
    write(postgres, "server.key", pem("PRIVATE KEY", key.getEncoded()));
    write(postgres, "server.crt", pem("CERTIFICATE", store.getCertificate("server").getEncoded()));
    postgres.execute(
        PostgresDatabase.SUPERUSER, "ALTER SYSTEM SET ssl = on", "SELECT pg_reload_conf()");
  }

  /** Lets it speak plainly again. */
  static void remove(PostgresDatabase postgres) throws Exception {
    postgres.execute(
        PostgresDatabase.SUPERUSER, "ALTER SYSTEM RESET ssl", "SELECT pg_reload_conf()");
  }

  private static KeyStore make(Path file) throws Exception {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "RSA",
                "-dname",
                "CN=127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                STORE_PASSWORD)
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (keytool.waitFor() != 0) {
      throw new IllegalStateException("keytool: " + said);
    }
    return KeyStore.getInstance(file.toFile(), STORE_PASSWORD.toCharArray());
  }

  private static String pem(String what, byte[] content) {
    String lines =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(content);
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----".formatted(what, lines);
  }

  /** By the server itself: the file must belong to its user, and to nobody else. */
  private static void write(PostgresDatabase postgres, String name, String content)
      throws Exception {
    postgres.execute(
        PostgresDatabase.SUPERUSER,
        "COPY (SELECT unnest(string_to_array('%s', E'\\n'))) TO PROGRAM 'umask 077; cat > %s'"
            .formatted(content, name));
  }
}
