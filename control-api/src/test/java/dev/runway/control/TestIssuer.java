package dev.runway.control;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.PlainHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** An issuer of tokens whose keys can change, and which can be away. */
final class TestIssuer implements AutoCloseable {
  static final String ISSUER = "https://issuer.example";

  private static final JOSEObjectType ACCESS_TOKEN = new JOSEObjectType("at+jwt");

  final AtomicInteger fetches = new AtomicInteger();
  private final HttpServer server;
  private volatile RSAKey key = newKey("k1");
  private volatile boolean away;

  TestIssuer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext(
        "/keys",
        exchange -> {
          fetches.incrementAndGet();
          byte[] body =
              away
                  ? new byte[0]
                  : new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(away ? 503 : 200, away ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  String keysAddress() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/keys";
  }

  void away(boolean isAway) {
    away = isAway;
  }

  void rotate(String kid) {
    key = newKey(kid);
  }

  static JWTClaimsSet.Builder claims(String role, String team) {
    Instant now = Instant.now();
    return new JWTClaimsSet.Builder()
        .issuer(ISSUER)
        .audience("runway")
        .subject("ada")
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plusSeconds(600)))
        .claim("roles", List.of(role))
        .claim("groups", List.of(team));
  }

  String sign(JWTClaimsSet.Builder claims) {
    return sign(claims, key);
  }

  static String sign(JWTClaimsSet.Builder claims, RSAKey key) {
    return sign(claims, key, ACCESS_TOKEN);
  }

  /** Sound, but of another type; null for none. */
  String signedAs(JOSEObjectType type, JWTClaimsSet.Builder claims) {
    return sign(claims, key, type);
  }

  private static String sign(JWTClaimsSet.Builder claims, RSAKey key, JOSEObjectType type) {
    try {
      SignedJWT token =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).type(type).build(),
              claims.build());
      token.sign(new RSASSASigner(key));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Signed with the bytes of the public key as a secret: what a naive verifier takes. */
  String signedWithPublicKey(JWTClaimsSet.Builder claims) {
    try {
      SignedJWT token =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.HS256)
                  .keyID(key.getKeyID())
                  .type(ACCESS_TOKEN)
                  .build(),
              claims.build());
      token.sign(new MACSigner(key.toRSAPublicKey().getEncoded()));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Brings its key along in the header. */
  static String signedWithOwnKey(JWTClaimsSet.Builder claims) {
    try {
      RSAKey own = newKey("own");
      SignedJWT token =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.RS256)
                  .jwk(own.toPublicJWK())
                  .type(ACCESS_TOKEN)
                  .build(),
              claims.build());
      token.sign(new RSASSASigner(own));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  static String unsigned(JWTClaimsSet.Builder claims) {
    return new PlainJWT(new PlainHeader.Builder().type(ACCESS_TOKEN).build(), claims.build())
        .serialize();
  }

  static RSAKey newKey(String kid) {
    try {
      return new RSAKeyGenerator(2048).keyID(kid).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
