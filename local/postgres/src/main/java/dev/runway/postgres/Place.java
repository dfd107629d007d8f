package dev.runway.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * Which user the server runs as and, following from that, where its files lie.
 *
 * @param user who runs the programs
 * @param data the cluster's data folder
 * @param programs folder that holds the unpacked archive
 */
record Place(RunAs user, Path data, Path programs) {

  private static final int HASH_CHARACTERS = 16;

  /**
   * Decides, preferring what an earlier start decided: a server must never come up empty because
   * the data lies where only the other way looks.
   *
   * @param home the asked folder; made if missing
   * @param binaries the asked folder for programs
   * @param rootHome parent of the folder for a server whose user cannot reach {@code home}
   * @throws PostgresException if the data belongs to a user the server cannot run as
   */
  static Place of(Path home, Path binaries, Path rootHome) throws IOException {
    Files.createDirectories(home);
    Path elsewhere = elsewhere(home, rootHome);
    Path data = home.resolve("data");
    boolean nobodysData = Files.exists(elsewhere.resolve("data")) || owner(data) == RunAs.NOBODY_ID;
    RunAs user = RunAs.callerId() == 0 && nobodysData ? RunAs.NOBODY : RunAs.choose();
    return of(home, binaries, elsewhere, user);
  }

  static Place of(Path home, Path binaries, Path elsewhere, RunAs user) throws IOException {
    if (user != RunAs.NOBODY) {
      return new Place(user, owned(home.resolve("data"), RunAs.callerId()), binaries);
    }
    Path base = user.reaches(home) ? home : elsewhere;
    Files.createDirectories(base);
    if (!user.reaches(base)) {
      throw new PostgresException(
          "user "
              + RunAs.NOBODY_ID
              + ", as whom PostgreSQL must run here, can enter neither "
              + home
              + " nor "
              + base
              + ": let others enter one of them (chmod o+x)");
    }
    // Programs of its own: those of root are closed to this user.
    Path data = owned(base.resolve("data"), RunAs.NOBODY_ID);
    return new Place(user, data, base.resolve("programs"));
  }

  /** Where a server that cannot enter {@code home} has its files. */
  static Path elsewhere(Path home, Path rootHome) {
    return rootHome.resolve("postgres-" + hash(home));
  }

  private static Path owned(Path data, int expected) throws IOException {
    int owner = owner(data);
    if (owner >= 0 && owner != expected) {
      throw new PostgresException(
          data
              + " belongs to user "
              + owner
              + " and PostgreSQL would run as user "
              + expected
              + ": start as that user, or give it the folder (chown -R "
              + expected
              + ")");
    }
    return data;
  }

  private static int owner(Path folder) throws IOException {
    return Files.exists(folder) ? (int) Files.getAttribute(folder, "unix:uid") : -1;
  }

  private static String hash(Path home) {
    byte[] bytes = Binaries.sha256().digest(home.toString().getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(bytes).substring(0, HASH_CHARACTERS);
  }
}
