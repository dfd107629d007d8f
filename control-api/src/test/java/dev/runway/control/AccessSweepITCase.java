package dev.runway.control;

import static dev.runway.control.Sweep.assertHarmless;
import static dev.runway.control.Sweep.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.control.http.Operation;
import dev.runway.control.http.OperationCalls;
import dev.runway.control.http.OperationCalls.Sample;
import dev.runway.control.security.Access;
import dev.runway.control.security.Access.Owned;
import dev.runway.control.security.Role;
import dev.runway.testkit.PostgresDatabase;
import java.time.Instant;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every operation of the contract against everybody who may not: what {@link SecurityITCase} does
 * not ask of all of them.
 */
class AccessSweepITCase {
  private static final TestIssuer ISSUER = new TestIssuer();

  /** What only a team of its own may change; the samples name what belongs to "ranking". */
  private static final Set<Owned> OF_A_TEAM =
      Set.of(Owned.MODEL, Owned.SPACE, Owned.BODY_TEAM, Owned.TEAM, Owned.POLICY, Owned.ALERT);

  @Order(1)
  @RegisterExtension
  static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @Order(3)
  @RegisterExtension
  static final RunningApi API =
      new RunningApi(
          POSTGRES,
          "127.0.0.1:1",
          Map.of(
              "RUNWAY_CONTROL_OIDC_ISSUER",
              TestIssuer.ISSUER,
              "RUNWAY_CONTROL_OIDC_JWKS_URL",
              ISSUER.keysAddress()));

  private static List<String> forged;

  @BeforeAll
  static void register() throws Exception {
    forged = tokensThatDoNotHold();
    Sweep.register(API, POSTGRES);
  }

  @AfterAll
  static void everythingIsStillThere() {
    ISSUER.close();
    Sweep.requireNoHarm(API);
  }

  /** Made once, for each has a key of its own. */
  private static List<String> tokensThatDoNotHold() {
    String admin = "runway-admin";
    Date past = Date.from(Instant.now().minusSeconds(120));
    return List.of(
        "Bearer " + TestIssuer.unsigned(TestIssuer.claims(admin, "ranking")),
        "Bearer " + ISSUER.signedWithPublicKey(TestIssuer.claims(admin, "ranking")),
        "Bearer " + TestIssuer.signedWithOwnKey(TestIssuer.claims(admin, "ranking")),
        "Bearer " + ISSUER.sign(TestIssuer.claims(admin, "ranking").expirationTime(past)),
        "Bearer " + ISSUER.sign(TestIssuer.claims(admin, "ranking").audience("another")),
        "Bearer " + ISSUER.sign(TestIssuer.claims(admin, "ranking").issuer("https://evil.example")),
        "Bearer " + API.token().substring(1),
        "Bearer",
        "Basic YWRtaW46YWRtaW4=",
        API.token());
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void tokenThatDoesNotHold_opensNothing(Operation operation) {
    if (operation.access().isOpen()) {
      return;
    }
    Sample sample = OperationCalls.sample(operation, "ours");
    for (String token : forged) {
      RunningApi.Reply reply =
          API.send(
              sample.method(),
              sample.path(),
              sample.body(),
              with(operation, "Authorization", token));
      assertThat(reply.status()).as(operation.id() + " " + token).isEqualTo(401);
      assertThat(reply.header("WWW-Authenticate")).startsWith("Bearer");
      assertHarmless(operation.id(), reply);
    }
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void everyRoleOfAnotherTeam_changesNothingOfThisOne(Operation operation) {
    Access access = operation.access();
    boolean ofATeam = !Collections.disjoint(access.owned(), OF_A_TEAM);
    Sample sample = OperationCalls.sample(operation, "ours");
    for (Role role : Role.values()) {
      String token =
          "Bearer " + ISSUER.sign(TestIssuer.claims("runway-" + role.word(), "strangers"));
      RunningApi.Reply reply =
          API.send(
              sample.method(),
              sample.path(),
              sample.body(),
              with(operation, "Authorization", token));
      boolean may =
          access.isOpen()
              || role == Role.ADMIN
              || ((role == access.role() || access.role() == Role.VIEWER) && !ofATeam);
      String shown = operation.id() + " " + role + " " + reply.http().body();
      if (!may) {
        assertThat(reply.status()).as(shown).isEqualTo(403);
      }
      assertThat(reply.status()).as(shown).isNotEqualTo(401);
      assertHarmless(shown, reply);
    }
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void tokenForSomeModels_getsNothingOfAll(Operation operation) {
    Access access = operation.access();
    if (access.isOpen() || access.role() == Role.ADMIN) {
      return;
    }
    String token = narrow(operation.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    Sample sample = OperationCalls.sample(operation, "theirs");
    RunningApi.Reply reply =
        API.send(
            sample.method(),
            sample.path(),
            sample.body(),
            with(operation, "Authorization", "Bearer " + token));
    boolean ofAModel =
        access.owned().contains(Owned.MODEL)
            || access.owned().contains(Owned.MODEL_SEEN)
            || access.owned().contains(Owned.ALERT);
    if (access.owned().contains(Owned.ALL_MODELS)) {
      assertThat(reply.status()).as(operation.id()).isIn(403, ofAModel ? 404 : 403);
    } else if (ofAModel) {
      assertThat(reply.status()).as(operation.id()).isEqualTo(404);
    }
    assertThat(reply.http().body()).as(operation.id()).doesNotContain("\"theirs\"");
    assertHarmless(operation.id(), reply);
  }

  private static String narrow(String name) {
    String body =
        """
        {"name": "%s", "roles": ["editor", "approver"], "teams": ["ranking"], "models": ["ours"],
         "expires_at": "%s"}
        """
            .formatted(name, Instant.now().plusSeconds(600));
    return API.post("/v1/tokens", body).body().path("token").asText();
  }
}
