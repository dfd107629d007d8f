package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.runway.control.security.Role;
import dev.runway.testkit.PostgresDatabase;
import dev.runway.testkit.Waits;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tokens of people, and the issuer that signs them. */
class IssuerITCase {
  private static final TestIssuer ISSUER = new TestIssuer();
  private static final RSAKey STRANGER = TestIssuer.newKey("stranger");

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

  @AfterAll
  static void stopIssuer() {
    ISSUER.close();
  }

  @Test
  void forgedTokens_areRefused() {
    Date past = Date.from(Instant.now().minusSeconds(120));
    Date future = Date.from(Instant.now().plusSeconds(120));
    List<String> forged =
        List.of(
            TestIssuer.unsigned(claims()),
            ISSUER.signedWithPublicKey(claims()),
            TestIssuer.signedWithOwnKey(claims()),
            TestIssuer.sign(claims(), TestIssuer.newKey("k1")),
            ISSUER.sign(claims().audience("another")),
            ISSUER.sign(claims().issuer("https://evil.example")),
            ISSUER.sign(claims().expirationTime(past)),
            ISSUER.sign(claims().expirationTime(null)),
            ISSUER.sign(claims().notBeforeTime(future)),
            ISSUER.sign(claims().subject(null)),
            ISSUER.sign(claims().subject("a b")),
            ISSUER.signedAs(JOSEObjectType.JWT, claims()),
            ISSUER.signedAs(null, claims()),
            "a.b.c",
            "",
            "x".repeat(7_000));
    for (String token : forged) {
      RunningApi.Reply reply = API.get("/v1/me", "Authorization", "Bearer " + token);
      assertThat(reply.status()).as(token).isEqualTo(401);
      assertThat(reply.header("WWW-Authenticate")).startsWith("Bearer");
    }
    assertThat(API.get("/v1/me", "Authorization", "Bearer " + ISSUER.sign(claims())).status())
        .isEqualTo(200);
    assertThat(API.get("/v1/me", "Authorization", "Basic YTpi").status()).isEqualTo(401);
  }

  @Test
  void keysRotate_andAreKeptWhileTheIssuerIsAway() {
    String[] old = person(Role.VIEWER, "ranking");
    assertThat(API.get("/v1/me", old).status()).isEqualTo(200);

    ISSUER.away(true);
    int asked = ISSUER.fetches.get();
    await()
        .atMost(Waits.LONG)
        .untilAsserted(
            () -> {
              assertThat(API.get("/v1/me", old).status()).isEqualTo(200);
              assertThat(ISSUER.fetches.get()).isGreaterThan(asked); // In vain: it is away.
            });
    assertThat(API.get("/v1/me", old).status()).isEqualTo(200);
    ISSUER.away(false);

    ISSUER.rotate("k2");
    await()
        .atMost(Waits.LONG)
        .untilAsserted(
            () -> assertThat(API.get("/v1/me", person(Role.VIEWER, "x")).status()).isEqualTo(200));
    assertThat(API.get("/v1/me", old).status()).as("of a key that is withdrawn").isEqualTo(401);

    int before = ISSUER.fetches.get();
    long began = System.nanoTime();
    for (int i = 0; i < 200; i++) {
      String unknown = TestIssuer.sign(claims(), STRANGER);
      assertThat(API.get("/v1/me", "Authorization", "Bearer " + unknown).status()).isEqualTo(401);
    }
    // Not one for each stranger, but some a second (RunningApi.PACE), however long this took.
    long paced = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) / 300;
    assertThat((long) ISSUER.fetches.get() - before).isLessThan(60 + paced);
  }

  @Test
  void rolesOfOtherThings_areNotLookedAt() {
    for (String role : List.of("admin", "viewer", "Runway-admin", "runway-root")) {
      String[] other = {
        "Authorization", "Bearer " + ISSUER.sign(TestIssuer.claims(role, "ranking"))
      };
      assertThat(API.get("/v1/me", other).status()).as(role).isEqualTo(403);
    }
  }

  @Test
  void issuerThatWasNeverThere_isNoFaultOfTheToken() {
    try (TestIssuer late = new TestIssuer()) {
      late.away(true);
      RunningApi api =
          new RunningApi(
              POSTGRES,
              "127.0.0.1:1",
              Map.of(
                  "RUNWAY_CONTROL_OIDC_ISSUER",
                  TestIssuer.ISSUER,
                  "RUNWAY_CONTROL_OIDC_JWKS_URL",
                  late.keysAddress(),
                  "RUNWAY_CONTROL_OIDC_ANY_TOKEN_TYPE",
                  "true",
                  "RUNWAY_CONTROL_OIDC_PLAIN_ROLES",
                  "true"));
      api.start();
      try {
        String[] early = {"Authorization", "Bearer " + late.sign(claims())};
        for (int i = 0; i < 10; i++) {
          RunningApi.Reply reply = api.get("/v1/me", early);
          assertThat(reply.status()).as(reply.http().body()).isEqualTo(503);
        }
        late.away(false);
        await()
            .atMost(Waits.LONG)
            .untilAsserted(() -> assertThat(api.get("/v1/me", early).status()).isEqualTo(200));
        String untyped = late.signedAs(null, claims());
        assertThat(api.get("/v1/me", "Authorization", "Bearer " + untyped).status()).isEqualTo(200);
        String[] plain = {
          "Authorization", "Bearer " + late.sign(TestIssuer.claims("admin", "ranking"))
        };
        assertThat(api.get("/v1/tokens", plain).status()).isEqualTo(200);
      } finally {
        api.stop();
      }
    }
  }

  private static JWTClaimsSet.Builder claims() {
    return TestIssuer.claims("runway-viewer", "ranking");
  }

  private static String[] person(Role role, String team) {
    return new String[] {
      "Authorization", "Bearer " + ISSUER.sign(TestIssuer.claims("runway-" + role.word(), team))
    };
  }
}
