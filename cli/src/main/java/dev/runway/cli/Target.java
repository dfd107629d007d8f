package dev.runway.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Which API is asked, and with which token. */
record Target(URI server, String token) {
  static final String SERVER = "RUNWAY_SERVER";
  static final String TOKEN = "RUNWAY_TOKEN";
  static final String TOKEN_FILE = "RUNWAY_TOKEN_FILE";

  /** Names no token, so that none gets into a message. */
  @Override
  public String toString() {
    return server.toString();
  }

  /** Whether a text can be sent as the value of a header. */
  static boolean isPrintable(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 127);
  }

  /** Looks for both in what was typed, in the environment and in the stack's folder. */
  record Finder(Map<String, String> environment, Supplier<Optional<LocalApi>> stack) {

    /**
     * Finds them.
     *
     * @param typedServer null when it was not said
     * @param typedFile file with the token; null when it was not said
     * @throws CannotAsk with what to do, if one is missing or must not be used
     */
    Target find(@Nullable String typedServer, @Nullable Path typedFile) {
      Optional<LocalApi> local = stack.get();
      String said = typedServer != null ? typedServer : environment.get(SERVER);
      URI server =
          said != null
              ? address(said)
              : local
                  .map(LocalApi::address)
                  .orElseThrow(
                      () ->
                          new CannotAsk(
                              "no control API is up here: start one with ./runway up, or name one"
                                  + " with --server or "
                                  + SERVER));
      return new Target(server, token(server, typedFile, local));
    }

    private String token(URI server, @Nullable Path typed, Optional<LocalApi> local) {
      if (typed != null) {
        return read(typed);
      }
      String direct = environment.get(TOKEN);
      if (direct != null && !direct.isBlank()) {
        return checked(direct.strip(), TOKEN);
      }
      String named = environment.get(TOKEN_FILE);
      if (named != null) {
        return read(Path.of(named));
      }
      // The stack's own token makes an administrator: it goes to the stack and nowhere else.
      return local
          .filter(api -> api.address().equals(server))
          .map(api -> read(api.token()))
          .orElseThrow(
              () ->
                  new CannotAsk(
                      "no token for "
                          + server
                          + ": put one into "
                          + TOKEN
                          + ", or name its file with --token-file or "
                          + TOKEN_FILE));
    }

    private static String read(Path file) {
      try {
        return checked(Files.readString(file).strip(), file.toString());
      } catch (IOException e) {
        throw new CannotAsk("cannot read the token in " + file + ": " + e);
      }
    }

    /** Before a client refuses to send it, with a message that has it in it. */
    private static String checked(String token, String from) {
      if (!isPrintable(token)) {
        throw new CannotAsk(from + " holds no token");
      }
      return token;
    }

    private static URI address(String text) {
      URI server;
      try {
        server = URI.create(text.replaceAll("/+$", ""));
      } catch (IllegalArgumentException e) {
        throw new CannotAsk(text + " is no address: http://127.0.0.1:8484 is one");
      }
      String host = server.getHost();
      if (host == null || server.getRawQuery() != null || server.getRawUserInfo() != null) {
        throw new CannotAsk(text + " is no address: http://127.0.0.1:8484 is one");
      }
      if ("https".equals(server.getScheme())) {
        return server;
      }
      if (!"http".equals(server.getScheme()) || !isLoopback(host)) {
        throw new CannotAsk(
            text + " must be https: a token that goes to another machine can be read on its way");
      }
      return server;
    }

    private static boolean isLoopback(String host) {
      return host.equals("localhost")
          || host.equals("[::1]")
          || host.matches("127\\.\\d+\\.\\d+\\.\\d+");
    }
  }
}
