package dev.runway.control.options;

import dev.runway.model.Topic;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The settings as the parts of the API take them, checked together. */
public record ControlOptions(
    Http http,
    Demo demo,
    @Nullable Oidc oidc,
    Postgres postgres,
    Kafka kafka,
    Retrains retrains,
    SchedulerOptions scheduler,
    AlertOptions alerts,
    @Nullable Metaflow metaflow,
    @Nullable String lineageTopic,
    @Nullable Path auditKeyFile) {

  /**
   * Where it listens, and how much it takes.
   *
   * @param bodyTimeout how long a body may take to come
   * @param idleTimeout how long a connection may be silent
   * @param tls null to speak plain HTTP
   */
  public record Http(
      String host,
      int port,
      int threads,
      Duration drain,
      Duration bodyTimeout,
      Duration idleTimeout,
      int rate,
      int burst,
      @Nullable Tls tls) {}

  /** Certificate and key of the server. */
  public record Tls(Path keyStore, @Nullable Path passwordFile) {

    /** The password as it is now; empty where none is needed. */
    public String currentPassword() {
      if (passwordFile == null) {
        return "";
      }
      try {
        return Files.readString(passwordFile).strip();
      } catch (IOException e) {
        throw new IllegalArgumentException(passwordFile + " cannot be read: " + e, e);
      }
    }
  }

  /**
   * Whether it runs for one person on one machine.
   *
   * @param tokenFile where its token is kept; null to draw another one at each start
   */
  public record Demo(boolean on, @Nullable Path tokenFile) {}

  /**
   * The issuer of people's tokens.
   *
   * @param anyType whether tokens hold whose type is JWT or not given
   * @param plainRoles whether roles count without their prefix too
   * @param signIn how the page signs people in; null where they bring a token
   */
  public record Oidc(
      String issuer,
      URI jwks,
      String audience,
      List<String> algorithms,
      boolean anyType,
      String rolesClaim,
      boolean plainRoles,
      String teamsClaim,
      @Nullable SignIn signIn) {}

  /**
   * What the page says of itself at the issuer.
   *
   * @param clientId of a public client
   * @param scope words with blanks between, openid among them
   * @param further parameters of the request
   * @param origin of the issuer, as a policy of the page names it
   */
  public record SignIn(String clientId, String scope, Map<String, String> further, String origin) {}

  /** How to reach the database. */
  public record Postgres(
      String url,
      String user,
      @Nullable String password,
      @Nullable Path passwordFile,
      String schema,
      int poolSize,
      Duration connectTimeout,
      Duration statementTimeout,
      Duration socketTimeout) {

    /** The password as it is now; null to send none. */
    public @Nullable String currentPassword() {
      if (passwordFile == null) {
        return password;
      }
      try {
        return Files.readString(passwordFile).strip();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read the password from " + passwordFile, e);
      }
    }

    /** Names no password, so that none gets into a log. */
    @Override
    public String toString() {
      return "Postgres[" + url + ", " + user + ", " + schema + "]";
    }
  }

  /**
   * How to reach Kafka.
   *
   * @param further settings of every client; they win over Runway's own
   */
  public record Kafka(String bootstrapServers, Map<String, Object> further, String namespace) {

    /** Settings of a client: these, and the common ones above them. */
    public Map<String, Object> client(Map<String, Object> own) {
      Map<String, Object> all = new HashMap<>(own);
      all.put("bootstrap.servers", bootstrapServers);
      all.putAll(further);
      return all;
    }

    /** Names no setting: some are secrets. */
    @Override
    public String toString() {
      return "Kafka[" + bootstrapServers + ", " + namespace + "]";
    }
  }

  /**
   * What holds for retrains where nobody has said otherwise.
   *
   * @param byTicks whether time is that of the namespace's ticks and not the machine's
   * @param monthlyBudget of the very first month, in US dollars
   * @param leastCost what a training that somebody asks for reserves at least, in US dollars
   */
  public record Retrains(
      boolean byTicks,
      Duration cooldown,
      Duration ageing,
      int monthlyBudget,
      int tier1Percent,
      Duration escalateAfter,
      Duration approvalWait,
      boolean fourEyes,
      int leastCost) {}

  /**
   * Where Metaflow's metadata service is.
   *
   * @param url without a slash at its end
   * @param interval between two looks at all flows
   */
  public record Metaflow(String url, @Nullable Path apiKeyFile, Duration interval) {

    /** The key as it is now; null to send none. */
    public @Nullable String currentApiKey() {
      if (apiKeyFile == null) {
        return null;
      }
      try {
        return Files.readString(apiKeyFile).strip();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read the key from " + apiKeyFile, e);
      }
    }
  }

  /**
   * Makes the options of settings.
   *
   * @throws IllegalArgumentException with the remedy, if two of them do not go together
   */
  public static ControlOptions of(Settings settings) {
    Http http =
        new Http(
            settings.get(ControlSettings.HOST),
            settings.get(ControlSettings.PORT),
            settings.get(ControlSettings.THREADS),
            settings.get(ControlSettings.DRAIN),
            settings.get(ControlSettings.BODY_TIMEOUT),
            settings.get(ControlSettings.IDLE_TIMEOUT),
            settings.get(ControlSettings.RATE),
            settings.get(ControlSettings.BURST),
            tls(settings));
    Demo demo =
        new Demo(
            settings.get(ControlSettings.DEMO), settings.find(ControlSettings.DEMO_TOKEN_FILE));
    if (demo.on() && !isLoopback(http.host())) {
      throw new IllegalArgumentException(
          "%s is for one machine and %s is %s: listen at 127.0.0.1, or give out API tokens"
              .formatted(ControlSettings.DEMO.name(), ControlSettings.HOST.name(), http.host()));
    }
    return new ControlOptions(
        http,
        demo,
        oidc(settings),
        postgres(settings),
        kafka(settings),
        retrains(settings),
        SchedulerOptions.of(settings),
        AlertOptions.of(settings),
        metaflow(settings),
        settings.find(ControlSettings.LINEAGE_TOPIC),
        settings.find(ControlSettings.AUDIT_KEY_FILE));
  }

  private static @Nullable Tls tls(Settings settings) {
    Path keyStore = settings.find(ControlSettings.TLS_KEYSTORE);
    Path passwordFile = settings.find(ControlSettings.TLS_PASSWORD_FILE);
    if (keyStore == null && passwordFile != null) {
      throw new IllegalArgumentException(
          "%s is of no use without %s"
              .formatted(
                  ControlSettings.TLS_PASSWORD_FILE.name(), ControlSettings.TLS_KEYSTORE.name()));
    }
    return keyStore == null ? null : new Tls(keyStore, passwordFile);
  }

  private static Retrains retrains(Settings settings) {
    boolean byTicks = settings.get(ControlSettings.RETRAIN_TIME).equals("ticks");
    if (byTicks && settings.get(ControlSettings.NAMESPACE).equals(Topic.LIVE)) {
      throw new IllegalArgumentException(
          "%s=ticks is for a replay in a namespace of its own: %s is that of what is live"
              .formatted(ControlSettings.RETRAIN_TIME.name(), Topic.LIVE));
    }
    return new Retrains(
        byTicks,
        settings.get(ControlSettings.RETRAIN_COOLDOWN),
        settings.get(ControlSettings.RETRAIN_AGEING),
        settings.get(ControlSettings.RETRAIN_BUDGET),
        settings.get(ControlSettings.RETRAIN_TIER1_PERCENT),
        settings.get(ControlSettings.RETRAIN_ESCALATE_AFTER),
        settings.get(ControlSettings.RETRAIN_APPROVAL_WAIT),
        settings.get(ControlSettings.RETRAIN_FOUR_EYES),
        settings.get(ControlSettings.RETRAIN_LEAST_COST));
  }

  private static @Nullable Metaflow metaflow(Settings settings) {
    String url = settings.find(ControlSettings.METAFLOW_URL);
    return url == null
        ? null
        : new Metaflow(
            url.replaceAll("/+$", ""),
            settings.find(ControlSettings.METAFLOW_API_KEY_FILE),
            settings.get(ControlSettings.METAFLOW_INTERVAL));
  }

  private static @Nullable Oidc oidc(Settings settings) {
    String issuer = settings.find(ControlSettings.OIDC_ISSUER);
    String jwks = settings.find(ControlSettings.OIDC_JWKS_URL);
    if (issuer == null && jwks == null) {
      if (settings.find(ControlSettings.OIDC_CLIENT_ID) != null) {
        throw new IllegalArgumentException(
            "%s is of no use without %s"
                .formatted(
                    ControlSettings.OIDC_CLIENT_ID.name(), ControlSettings.OIDC_ISSUER.name()));
      }
      return null;
    }
    if (issuer == null || jwks == null) {
      throw new IllegalArgumentException(
          "%s and %s go together: give both or neither"
              .formatted(ControlSettings.OIDC_ISSUER.name(), ControlSettings.OIDC_JWKS_URL.name()));
    }
    URI uri = URI.create(jwks);
    String host = uri.getHost();
    boolean guarded = "https".equals(uri.getScheme());
    if (host == null || (!guarded && !isLoopback(host))) {
      throw new IllegalArgumentException(
          "%s (%s) must be https: whoever can change the keys on their way can be anybody"
              .formatted(ControlSettings.OIDC_JWKS_URL.name(), jwks));
    }
    return new Oidc(
        issuer,
        uri,
        settings.get(ControlSettings.OIDC_AUDIENCE),
        settings.get(ControlSettings.OIDC_ALGORITHMS),
        settings.get(ControlSettings.OIDC_ANY_TYPE),
        settings.get(ControlSettings.OIDC_ROLES_CLAIM),
        settings.get(ControlSettings.OIDC_PLAIN_ROLES),
        settings.get(ControlSettings.OIDC_TEAMS_CLAIM),
        signIn(settings, issuer));
  }

  private static @Nullable SignIn signIn(Settings settings, String issuer) {
    String clientId = settings.find(ControlSettings.OIDC_CLIENT_ID);
    if (clientId == null) {
      return null;
    }
    List<String> parameters = settings.find(ControlSettings.OIDC_SIGN_IN_PARAMETERS);
    Map<String, String> further = new HashMap<>();
    for (String one : parameters == null ? List.<String>of() : parameters) {
      int equals = one.indexOf('=');
      further.put(one.substring(0, equals), one.substring(equals + 1));
    }
    return new SignIn(
        clientId, settings.get(ControlSettings.OIDC_SCOPE), Map.copyOf(further), origin(issuer));
  }

  /** Scheme, host and port of an issuer: what else an address may have is no part of a policy. */
  private static String origin(String issuer) {
    URI uri;
    try {
      uri = new URI(issuer);
    } catch (URISyntaxException e) {
      throw noAddress(issuer, e);
    }
    String host = uri.getHost();
    if (host == null
        || uri.getRawUserInfo() != null
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null
        || (!"https".equals(uri.getScheme())
            && !("http".equals(uri.getScheme()) && isLoopback(host)))) {
      throw noAddress(issuer, null);
    }
    return uri.getScheme() + "://" + host + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
  }

  private static IllegalArgumentException noAddress(String issuer, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "%s (%s) must be an https address for the page to sign people in: without query or fragment"
            .formatted(ControlSettings.OIDC_ISSUER.name(), issuer),
        cause);
  }

  private static Postgres postgres(Settings settings) {
    Duration statement = settings.get(ControlSettings.POSTGRES_STATEMENT_TIMEOUT);
    Duration socket = settings.get(ControlSettings.POSTGRES_SOCKET_TIMEOUT);
    if (statement.compareTo(socket) >= 0) {
      throw new IllegalArgumentException(
          "%s (%s) must be less than %s (%s): else the connection is given up while the server works"
              .formatted(
                  ControlSettings.POSTGRES_STATEMENT_TIMEOUT.name(),
                  statement,
                  ControlSettings.POSTGRES_SOCKET_TIMEOUT.name(),
                  socket));
    }
    return new Postgres(
        settings.get(ControlSettings.POSTGRES_URL),
        settings.get(ControlSettings.POSTGRES_USER),
        settings.find(ControlSettings.POSTGRES_PASSWORD),
        settings.find(ControlSettings.POSTGRES_PASSWORD_FILE),
        settings.get(ControlSettings.POSTGRES_SCHEMA),
        settings.get(ControlSettings.POSTGRES_POOL),
        settings.get(ControlSettings.POSTGRES_CONNECT_TIMEOUT),
        statement,
        socket);
  }

  private static Kafka kafka(Settings settings) {
    Path file = settings.find(ControlSettings.KAFKA_PROPERTIES_FILE);
    Map<String, Object> further = new HashMap<>();
    if (file != null) {
      Properties properties = new Properties();
      try (Reader reader = Files.newBufferedReader(file)) {
        properties.load(reader);
      } catch (IOException e) {
        throw new IllegalArgumentException(file + " cannot be read: " + e.getMessage(), e);
      }
      properties.forEach((name, value) -> further.put((String) name, value));
    }
    return new Kafka(
        settings.get(ControlSettings.KAFKA_BOOTSTRAP),
        Map.copyOf(further),
        settings.get(ControlSettings.NAMESPACE));
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
