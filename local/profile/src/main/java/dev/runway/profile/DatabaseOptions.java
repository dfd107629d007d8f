package dev.runway.profile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which PostgreSQL database, and as whom. */
class DatabaseOptions {
  /** Where a password may be; the second one is PostgreSQL's own name for it. */
  private static final List<String> PASSWORD_VARIABLES =
      List.of("RUNWAY_PROFILE_PASSWORD", "PGPASSWORD");

  @Option(
      names = "--jdbc",
      paramLabel = "URL",
      description = {
        "A PostgreSQL database, jdbc:postgresql://host:port/name, without a password: that is read"
            + " from --password-file, or the variable RUNWAY_PROFILE_PASSWORD or PGPASSWORD, or"
            + " ~/.pgpass."
      })
  private @Nullable String jdbc;

  @Option(names = "--user", paramLabel = "ROLE", description = "Of the database.")
  private @Nullable String user;

  @Option(names = "--password-file", paramLabel = "FILE", description = "Its first line counts.")
  private @Nullable Path passwordFile;

  @Nullable String jdbc() {
    return jdbc;
  }

  @Nullable String user() {
    return user;
  }

  /** Empty when nobody says it: the driver may know it. */
  String password() throws IOException {
    Path secret = passwordFile;
    if (secret != null) {
      return Files.readString(secret).lines().findFirst().orElse("").strip();
    }
    for (String variable : PASSWORD_VARIABLES) {
      String value = System.getenv(variable);
      if (value != null) {
        return value;
      }
    }
    return "";
  }
}
