package dev.runway.control.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.Resource;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.runway.control.options.ControlOptions;
import java.net.MalformedURLException;
import java.text.ParseException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * JSON web tokens of the one issuer that is configured. Only its own keys count, wherever a token
 * says that others are; only signatures of the list are looked at, so neither {@code none} nor a
 * secret shared with the caller can be one.
 *
 * <p>Keys are fetched again when they are 10 minutes old, or when a token names one that is not
 * known, at most once in half a minute. While the issuer is away the last ones hold for 12 hours.
 */
public final class PersonTokens {
  private static final int TIMEOUT_MILLIS = 3_000;
  private static final int MAX_KEYS_BYTES = 100 * 1024;
  private static final int CLOCK_SKEW_SECONDS = 60;
  private static final int MAX_TOKEN_CHARS = 8 * 1024;
  private static final Pattern NAME = Pattern.compile("[!-~]{1,120}");

  private static final JOSEObjectType ACCESS_TOKEN = new JOSEObjectType("at+jwt");

  private static final String ROLE_PREFIX = "runway-";

  private final ControlOptions.Oidc options;
  private volatile boolean hadKeys;
  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

  public PersonTokens(ControlOptions.Oidc options, Pace pace) {
    this.options = options;
    Set<JWSAlgorithm> algorithms =
        options.algorithms().stream().map(JWSAlgorithm::parse).collect(Collectors.toSet());
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(algorithms, keys(options, pace)));
    // at+jwt is an access token by RFC 9068. An ID token, made to be shown around, says JWT.
    processor.setJWSTypeVerifier(
        options.anyType()
            ? new DefaultJOSEObjectTypeVerifier<>(ACCESS_TOKEN, JOSEObjectType.JWT, null)
            : new DefaultJOSEObjectTypeVerifier<>(ACCESS_TOKEN));
    DefaultJWTClaimsVerifier<SecurityContext> claims =
        new DefaultJWTClaimsVerifier<>(
            options.audience(),
            new JWTClaimsSet.Builder().issuer(options.issuer()).build(),
            Set.of("sub", "exp", "iss", "aud"));
    claims.setMaxClockSkew(CLOCK_SKEW_SECONDS);
    processor.setJWTClaimsSetVerifier(claims);
  }

  /**
   * How often keys are fetched.
   *
   * @param keep after which they are fetched again
   * @param atMostEvery the least time between two fetches for keys that are not known
   */
  public record Pace(Duration keep, Duration atMostEvery) {
    public static final Pace USUAL = new Pace(Duration.ofMinutes(10), Duration.ofSeconds(30));
  }

  private JWKSource<SecurityContext> keys(ControlOptions.Oidc options, Pace pace) {
    DefaultResourceRetriever retriever =
        new DefaultResourceRetriever(TIMEOUT_MILLIS, TIMEOUT_MILLIS, MAX_KEYS_BYTES);
    try {
      return JWKSourceBuilder.<SecurityContext>create(
              options.jwks().toURL(),
              url -> {
                Resource keys = retriever.retrieveResource(url);
                hadKeys = true;
                return keys;
              })
          .cache(pace.keep().toMillis(), 2L * TIMEOUT_MILLIS)
          .refreshAheadCache(false)
          .rateLimited(pace.atMostEvery().toMillis())
          .retrying(true)
          .outageTolerant(Duration.ofHours(12).toMillis())
          .build();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(options.jwks() + " is no address", e);
    }
  }

  /**
   * Who a token speaks of.
   *
   * @throws AuthenticationFailed if the token does not hold
   * @throws IssuerAway if that cannot be known now
   */
  Subject subject(String token) throws AuthenticationFailed {
    if (token.length() > MAX_TOKEN_CHARS) {
      throw new AuthenticationFailed("the token is longer than " + MAX_TOKEN_CHARS);
    }
    JWTClaimsSet claims = verified(token);
    String sub = claims.getSubject();
    if (sub == null || !NAME.matcher(sub).matches()) {
      throw new AuthenticationFailed("its sub is not 1 to 120 printable characters");
    }
    Set<Role> roles = new HashSet<>();
    for (String word : strings(claims, options.rolesClaim())) {
      if (word.startsWith(ROLE_PREFIX)) {
        Role.of(word.substring(ROLE_PREFIX.length())).ifPresent(roles::add);
      } else if (options.plainRoles()) {
        Role.of(word).ifPresent(roles::add);
      }
    }
    return new Subject(
        Subject.PERSON + sub, roles, Set.copyOf(strings(claims, options.teamsClaim())), null);
  }

  private JWTClaimsSet verified(String token) throws AuthenticationFailed {
    try {
      return processor.process(SignedJWT.parse(token), null);
    } catch (RateLimitReachedException e) {
      if (!hadKeys) {
        throw new IssuerAway(e);
      }
      // Asked for keys that are not known too often: whoever floods with such gets no more.
      throw new AuthenticationFailed("its key is not known");
    } catch (KeySourceException e) {
      throw new IssuerAway(e);
    } catch (ParseException e) {
      throw new AuthenticationFailed("it is no signed JSON web token");
    } catch (BadJOSEException | JOSEException e) {
      throw new AuthenticationFailed("it does not hold: " + e.getMessage());
    }
  }

  private static List<String> strings(JWTClaimsSet claims, String name) {
    Object value = claims.getClaim(name);
    if (value instanceof String text) {
      return List.of(text.split(" ")).stream().filter(word -> !word.isEmpty()).distinct().toList();
    }
    if (value instanceof List<?> list) {
      return list.stream()
          .filter(String.class::isInstance)
          .map(String.class::cast)
          .distinct()
          .toList();
    }
    return List.of();
  }
}
