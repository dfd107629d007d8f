package dev.runway.control.options;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Every setting of the control API. */
public final class ControlSettings {
  private static final Duration SHORT = Duration.ofMillis(100);
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration MONTH = Duration.ofDays(31);
  private static final Pattern SCHEMA_NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");
  private static final Pattern TOPIC_PART = Pattern.compile("[A-Za-z0-9._-]{1,100}");
  private static final Pattern NOT_IN_URL =
      Pattern.compile(
          "[?&](user|[^=&]*password[^=&]*|preferQueryMode|socketFactory|socketFactoryArg)=",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern FURTHER_PARAMETER =
      Pattern.compile(
          "(?!(response_type|response_mode|client_id|redirect_uri|scope|state|nonce"
              + "|code_challenge|code_challenge_method)=)[A-Za-z0-9_.-]+=\\S+");

  public static final Setting<String> HOST =
      Setting.text(
          "runway.control.host",
          "127.0.0.1",
          "Address it listens at; loopback alone unless said otherwise.");

  public static final Setting<Integer> PORT =
      Setting.integer(
          "runway.control.port", "8484", 0, 65_535, "Port it listens at; 0 takes a free one.");

  public static final Setting<Integer> THREADS =
      Setting.integer(
          "runway.control.threads",
          "32",
          8,
          500,
          "Requests that are worked on at once; others wait. Most wait for the database, which"
              + " works on as many as the pool has connections.");

  public static final Setting<Duration> DRAIN =
      Setting.duration(
          "runway.control.drain",
          "PT10S",
          Duration.ZERO,
          LONG,
          "How long requests and messages that are under way may take at the end.");

  public static final Setting<Duration> BODY_TIMEOUT =
      Setting.duration(
          "runway.control.body-timeout",
          "PT15S",
          SHORT,
          LONG,
          "How long the body of a request may take to come, from its head on: 256 kB at 18 kB a"
              + " second. It holds a thread meanwhile.");

  public static final Setting<Duration> IDLE_TIMEOUT =
      Setting.duration(
          "runway.control.idle-timeout",
          "PT30S",
          SHORT,
          Duration.ofMinutes(10),
          "How long a connection may be silent before it is closed, between two requests and within"
              + " one.");

  public static final Setting<Integer> RATE =
      Setting.integer(
          "runway.control.rate",
          "100",
          1,
          100_000,
          "Requests a second that one subject may make in the long run.");

  public static final Setting<Integer> BURST =
      Setting.integer(
          "runway.control.burst",
          "200",
          1,
          1_000_000,
          "Requests that one subject may make at once, before the rate holds.");

  public static final Setting<Path> TLS_KEYSTORE =
      Setting.file(
          "runway.control.tls.keystore",
          "Certificate and key of the server, mode 600: PKCS12, or PEM when its name ends with .pem"
              + " (the key as PKCS8, then the chain); read at the start. Without it the API speaks"
              + " plain HTTP.");

  public static final Setting<Path> TLS_PASSWORD_FILE =
      Setting.file(
          "runway.control.tls.password-file", "File with the password of the PKCS12, mode 600.");

  public static final Setting<Boolean> DEMO =
      Setting.flag(
          "runway.control.demo",
          "Makes a token of an administrator at the start and prints it; for one machine, so it"
              + " refuses to listen at anything but loopback.");

  public static final Setting<Path> DEMO_TOKEN_FILE =
      Setting.file(
          "runway.control.demo-token-file",
          "Where the demo's token is kept, mode 600, and taken up again at the next start.");

  public static final Setting<String> OIDC_ISSUER =
      Setting.text(
          "runway.control.oidc.issuer",
          null,
          "Issuer of the tokens of people, exactly as in their iss; without it there are API tokens"
              + " alone.");

  public static final Setting<String> OIDC_JWKS_URL =
      Setting.text(
          "runway.control.oidc.jwks-url",
          null,
          "Where the issuer's keys are; https, or loopback. Keys named in a token are not looked"
              + " at.");

  public static final Setting<String> OIDC_AUDIENCE =
      Setting.text("runway.control.oidc.audience", "runway", "What the aud of a token must hold.");

  public static final Setting<List<String>> OIDC_ALGORITHMS =
      Setting.list(
              "runway.control.oidc.algorithms",
              "RS256,ES256",
              "Signatures that are accepted: RS256, RS384, RS512, PS256, PS384, PS512, ES256,"
                  + " ES384 or ES512.")
          .checked(
              names ->
                  !names.isEmpty() && names.stream().allMatch(Algorithms.ALLOWED::contains)
                      ? null
                      : "must be among " + Algorithms.ALLOWED);

  public static final Setting<Boolean> OIDC_ANY_TYPE =
      Setting.flag(
          "runway.control.oidc.any-token-type",
          "Takes tokens whose typ is JWT or not given too, for an issuer whose access tokens do not"
              + " say at+jwt; ID tokens for the same audience then hold as well.");

  public static final Setting<String> OIDC_ROLES_CLAIM =
      Setting.text(
          "runway.control.oidc.roles-claim",
          "roles",
          "Claim with the roles: runway-viewer, runway-editor, runway-approver, runway-admin;"
              + " others are not looked at.");

  public static final Setting<Boolean> OIDC_PLAIN_ROLES =
      Setting.flag(
          "runway.control.oidc.plain-roles",
          "Takes viewer, editor, approver and admin too, for an issuer whose roles are Runway's"
              + " alone: admin of anything else would be an administrator here.");

  public static final Setting<String> OIDC_TEAMS_CLAIM =
      Setting.text(
          "runway.control.oidc.teams-claim", "groups", "Claim with the teams of the person.");

  public static final Setting<String> OIDC_CLIENT_ID =
      Setting.text(
          "runway.control.oidc.client-id",
          null,
          "Client by which the page signs people in at the issuer: a public one, with codes and"
              + " PKCE, that may be sent back to the page's address; without it the page asks for a"
              + " token.");

  public static final Setting<String> OIDC_SCOPE =
      Setting.text(
              "runway.control.oidc.scope",
              "openid",
              "Scopes that the page asks for, with blanks between; openid, and whatever makes the"
                  + " issuer give an access token for the audience.")
          .checked(
              scope ->
                  List.of(scope.split(" ", -1)).contains("openid")
                      ? null
                      : "must have openid among its words");

  public static final Setting<List<String>> OIDC_SIGN_IN_PARAMETERS =
      Setting.list(
              "runway.control.oidc.sign-in-parameters",
              null,
              "Further parameters with which the page sends people to the issuer, such as"
                  + " audience=runway; none of the protocol's own.")
          .checked(
              all ->
                  all.stream().allMatch(one -> FURTHER_PARAMETER.matcher(one).matches())
                      ? null
                      : "must be name=value, and none that the page itself sends");

  public static final Setting<String> POSTGRES_URL =
      Setting.text(
              "runway.postgres.url",
              null,
              "JDBC address of the database, without user and password; beyond the own machine with"
                  + " ?sslmode=verify-full&channelBinding=require.")
          .needed()
          .checked(
              url ->
                  url.startsWith("jdbc:postgresql:") && !NOT_IN_URL.matcher(url).find()
                      ? null
                      : "must begin with jdbc:postgresql: and hold no user, no password of any kind,"
                          + " no socketFactory and no preferQueryMode");

  public static final Setting<String> POSTGRES_USER =
      Setting.text("runway.postgres.user", "runway_api", "Role of the API.");

  public static final Setting<String> POSTGRES_PASSWORD =
      Setting.text(
              "runway.postgres.password", null, "Its password, if it does not come from a file.")
          .hidden();

  public static final Setting<Path> POSTGRES_PASSWORD_FILE =
      Setting.file(
          "runway.postgres.password-file",
          "File with its password, mode 600; read with each connection, so a new password needs no"
              + " restart.");

  public static final Setting<String> POSTGRES_SCHEMA =
      Setting.text("runway.postgres.schema", "runway", "Schema of the tables.")
          .checked(
              name ->
                  SCHEMA_NAME.matcher(name).matches()
                      ? null
                      : "must be lower-case letters, digits and underscores, at most 63");

  public static final Setting<Integer> POSTGRES_POOL =
      Setting.integer(
          "runway.postgres.pool-size",
          "10",
          2,
          200,
          "Connections at most. A read takes a millisecond or two, so 10 answer thousands a"
              + " second. The health of models and lists over all of them have two more of their"
              + " own.");

  public static final Setting<Duration> POSTGRES_CONNECT_TIMEOUT =
      Setting.duration(
          "runway.postgres.connect-timeout",
          "PT2S",
          SHORT,
          LONG,
          "How long a request waits for a connection before it is answered with 503.");

  public static final Setting<Duration> POSTGRES_STATEMENT_TIMEOUT =
      Setting.duration(
          "runway.postgres.statement-timeout",
          "PT5S",
          SHORT,
          LONG,
          "How long the server works on one statement; walks through the graph have 2 s.");

  public static final Setting<Duration> POSTGRES_SOCKET_TIMEOUT =
      Setting.duration(
          "runway.postgres.socket-timeout",
          "PT10S",
          SHORT,
          LONG,
          "How long to wait for an answer before the connection is given up; above the statement"
              + " time-out, so that a slow server ends its work itself.");

  public static final Setting<String> KAFKA_BOOTSTRAP =
      Setting.text(
              "runway.kafka.bootstrap-servers",
              null,
              "Kafka brokers as host:port, separated by commas.")
          .needed();

  public static final Setting<Path> KAFKA_PROPERTIES_FILE =
      Setting.file(
          "runway.kafka.properties-file",
          "Further settings of every Kafka client, such as those of TLS and SASL; they win over"
              + " Runway's own.");

  public static final Setting<String> NAMESPACE =
      Setting.text("runway.namespace", "runway", "First part of every topic's name.")
          .checked(
              name ->
                  TOPIC_PART.matcher(name).matches()
                      ? null
                      : "must be letters, digits, dots, underscores and dashes, at most 100");

  public static final Setting<String> RETRAIN_TIME =
      Setting.text(
              "runway.control.retrains.time",
              "clock",
              "Where the time of commands comes from, by which deadlines, cool-downs and months are"
                  + " counted: clock, that of the machine; or ticks, those of the namespace, for a"
                  + " replay of history in a namespace of its own.")
          .checked(
              name ->
                  name.equals("clock") || name.equals("ticks") ? null : "must be clock or ticks");

  public static final Setting<Duration> RETRAIN_COOLDOWN =
      Setting.duration(
          "runway.control.retrains.cooldown",
          "PT24H",
          Duration.ZERO,
          MONTH,
          "How long after a grant further triggers of the model are joined to it, unless the policy"
              + " says another time; in any case until the labels of what was deployed are due.");

  public static final Setting<Duration> RETRAIN_AGEING =
      Setting.duration(
          "runway.control.retrains.ageing",
          "PT24H",
          LONG,
          MONTH,
          "How long a command waits in the queue until it counts as one tier higher.");

  public static final Setting<Integer> RETRAIN_BUDGET =
      Setting.integer(
          "runway.control.retrains.monthly-budget",
          "50000",
          0,
          1_000_000_000,
          "US dollars that retrains may cost in the very first month; later ones take over that of"
              + " the month before, and PUT /v1/retrain-budgets/{month} sets one.");

  public static final Setting<Integer> RETRAIN_TIER1_PERCENT =
      Setting.integer(
          "runway.control.retrains.tier1-percent",
          "20",
          0,
          100,
          "Part of that budget that only models of tier 1 may use.");

  public static final Setting<Duration> RETRAIN_ESCALATE_AFTER =
      Setting.duration(
          "runway.control.retrains.escalate-after",
          "PT2H",
          LONG,
          MONTH,
          "How long a command of tier 1 waits for approval until it is escalated; once more after"
              + " three fifths of that.");

  public static final Setting<Duration> RETRAIN_APPROVAL_WAIT =
      Setting.duration(
          "runway.control.retrains.approval-wait",
          "PT24H",
          LONG,
          MONTH,
          "How long commands of the other tiers wait for approval until they are refused.");

  public static final Setting<Boolean> RETRAIN_FOUR_EYES =
      Setting.flag(
          "runway.control.retrains.four-eyes",
          "Tier 1 takes two persons; of a command that a person gave, that person is the first.");

  public static final Setting<Integer> RETRAIN_LEAST_COST =
      Setting.integer(
          "runway.control.retrains.least-cost",
          "1",
          0,
          1_000_000,
          "US dollars that a training that somebody asks for reserves at least, whatever they say it"
              + " costs; and never less than the model's last one has cost, as far as that is known.");

  public static final Setting<String> LINEAGE_TOPIC =
      Setting.text(
              "runway.lineage.topic",
              null,
              "Topic with events of OpenLineage, as its Kafka transport writes them; what stands in"
                  + " it is trusted, also of models of any team.")
          .checked(
              name ->
                  TOPIC_PART.matcher(name).matches()
                      ? null
                      : "must be letters, digits, dots, underscores and dashes, at most 100");

  public static final Setting<String> METAFLOW_URL =
      Setting.text(
              "runway.metaflow.url",
              null,
              "Address of Metaflow's metadata service, whose lineage is then kept up with; what it"
                  + " says is trusted, also of models of any team.")
          .checked(
              url ->
                  url.startsWith("http://") || url.startsWith("https://")
                      ? null
                      : "must begin with http:// or https://");

  public static final Setting<Path> METAFLOW_API_KEY_FILE =
      Setting.file(
          "runway.metaflow.api-key-file",
          "File with the key that is sent to it as x-api-key, mode 600; read with each request.");

  public static final Setting<Duration> METAFLOW_INTERVAL =
      Setting.duration(
          "runway.metaflow.interval",
          "PT10M",
          Duration.ofSeconds(1),
          Duration.ofDays(1),
          "How often all flows are looked at, for events that never came; some four requests a"
              + " flow.");

  public static final Setting<Path> AUDIT_KEY_FILE =
      Setting.file(
          "runway.control.audit.key-file",
          "PEM file, mode 600, with the Ed25519 key that heads of the audit chain are signed with;"
              + " without it they are not signed.");

  private static final List<Setting<?>> OWN =
      List.of(
          HOST,
          PORT,
          THREADS,
          DRAIN,
          BODY_TIMEOUT,
          IDLE_TIMEOUT,
          RATE,
          BURST,
          TLS_KEYSTORE,
          TLS_PASSWORD_FILE,
          DEMO,
          DEMO_TOKEN_FILE,
          OIDC_ISSUER,
          OIDC_JWKS_URL,
          OIDC_AUDIENCE,
          OIDC_ALGORITHMS,
          OIDC_ANY_TYPE,
          OIDC_ROLES_CLAIM,
          OIDC_PLAIN_ROLES,
          OIDC_TEAMS_CLAIM,
          OIDC_CLIENT_ID,
          OIDC_SCOPE,
          OIDC_SIGN_IN_PARAMETERS,
          POSTGRES_URL,
          POSTGRES_USER,
          POSTGRES_PASSWORD,
          POSTGRES_PASSWORD_FILE,
          POSTGRES_SCHEMA,
          POSTGRES_POOL,
          POSTGRES_CONNECT_TIMEOUT,
          POSTGRES_STATEMENT_TIMEOUT,
          POSTGRES_SOCKET_TIMEOUT,
          KAFKA_BOOTSTRAP,
          KAFKA_PROPERTIES_FILE,
          NAMESPACE,
          RETRAIN_TIME,
          RETRAIN_COOLDOWN,
          RETRAIN_AGEING,
          RETRAIN_BUDGET,
          RETRAIN_TIER1_PERCENT,
          RETRAIN_ESCALATE_AFTER,
          RETRAIN_APPROVAL_WAIT,
          RETRAIN_FOUR_EYES,
          RETRAIN_LEAST_COST,
          LINEAGE_TOPIC,
          METAFLOW_URL,
          METAFLOW_API_KEY_FILE,
          METAFLOW_INTERVAL,
          AUDIT_KEY_FILE);

  /** All of them, in the order they are shown. */
  public static final List<Setting<?>> ALL =
      Stream.of(OWN, SchedulerSettings.ALL, AlertSettings.ALL).flatMap(List::stream).toList();

  private ControlSettings() {}

  /** Signatures with a key of which only one half is secret: whoever can check cannot sign. */
  private static final class Algorithms {
    static final List<String> ALLOWED =
        List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");
  }
}
