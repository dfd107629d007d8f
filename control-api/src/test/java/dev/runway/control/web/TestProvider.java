package dev.runway.control.web;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An issuer as people meet it: a page to sign in at, and a token for the code that they come back
 * with. It is strict: what a request to it must have by OpenID Connect Core, RFC 7636 and RFC 9207,
 * and must not have as one of a public client, it looks for.
 */
final class TestProvider implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CLIENT = "runway-page";
  private static final String REALM = "/realms/runway";

  private final HttpServer server;
  private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();
  private volatile RSAKey key = newKey("k1");
  private volatile String page = "";

  /** What it did not take, and why. */
  final List<String> refused = new CopyOnWriteArrayList<>();

  /** Verifiers and tokens that it has seen or given: nothing of which may be in an address. */
  final List<String> secrets = new CopyOnWriteArrayList<>();

  /** Whether ID tokens answer another sign-in than the one that was begun. */
  volatile boolean answersAnother;

  /** Whether it calls itself otherwise than it is known. */
  volatile boolean isAnother;

  TestProvider() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext(
        REALM + "/.well-known/openid-configuration", exchange -> json(exchange, 200, metadata()));
    server.createContext(REALM + "/authorize", this::authorize);
    server.createContext(REALM + "/token", this::token);
    server.createContext(
        REALM + "/keys",
        exchange ->
            answer(exchange, 200, "application/json", new JWKSet(key.toPublicJWK()).toString()));
    server.start();
  }

  String origin() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private String issuer() {
    return origin() + REALM;
  }

  /** Of an API whose people sign in here. */
  Map<String, String> settings() {
    return Map.of(
        "RUNWAY_CONTROL_OIDC_ISSUER",
        issuer(),
        "RUNWAY_CONTROL_OIDC_JWKS_URL",
        issuer() + "/keys",
        "RUNWAY_CONTROL_OIDC_CLIENT_ID",
        CLIENT,
        "RUNWAY_CONTROL_OIDC_SIGN_IN_PARAMETERS",
        "audience=runway");
  }

  /** Registers where it may send people back to. */
  void sendsBackTo(String address) {
    page = address;
  }

  /** Withdraws its key, and with it all tokens that it has given. */
  void rotate(String kid) {
    key = newKey(kid);
  }

  private ObjectNode metadata() {
    ObjectNode about =
        JSON.createObjectNode()
            .put("issuer", isAnother ? "https://evil.example" : issuer())
            .put("authorization_endpoint", issuer() + "/authorize")
            .put("token_endpoint", issuer() + "/token")
            .put("jwks_uri", issuer() + "/keys")
            .put("authorization_response_iss_parameter_supported", true);
    about.putArray("code_challenge_methods_supported").add("S256");
    about.putArray("response_types_supported").add("code");
    return about;
  }

  private void authorize(HttpExchange exchange) throws IOException {
    Map<String, String> asked = form(exchange.getRequestURI().getRawQuery());
    String wrong =
        !CLIENT.equals(asked.get("client_id")) || !page.equals(asked.get("redirect_uri"))
            ? "client or where to go back to"
            : !"code".equals(asked.get("response_type"))
                ? "response_type"
                : !List.of(asked.getOrDefault("scope", "").split(" ", -1)).contains("openid")
                    ? "scope"
                    : !"S256".equals(asked.get("code_challenge_method"))
                            || !asked.getOrDefault("code_challenge", "").matches("[\\w-]{43}")
                        ? "challenge"
                        : asked.getOrDefault("state", "").length() < 43
                                || asked.getOrDefault("nonce", "").length() < 43
                                || asked.get("state").equals(asked.get("nonce"))
                            ? "state or nonce"
                            : !"runway".equals(asked.get("audience")) ? "audience" : null;
    if (wrong != null) {
      refused.add("authorize: " + wrong + " in " + asked);
      answer(exchange, 400, "text/plain", wrong);
      return;
    }
    String cookie = exchange.getRequestHeaders().getFirst("Cookie");
    String person = asked.containsKey("as") ? asked.get("as") : cookie == null ? null : "ada";
    if (person == null) {
      String again = exchange.getRequestURI().toString().replace("&", "&amp;");
      answer(
          exchange,
          200,
          "text/html",
          "<!doctype html><title>Issuer</title><a id=as-ada href='%s&amp;as=ada'>ada</a> <a id=as-nobody href='%s&amp;as=nobody'>no</a>"
              .formatted(again, again));
      return;
    }
    String back = "&iss=" + encoded(issuer()) + "&state=" + encoded(asked.get("state"));
    if (person.equals("nobody")) {
      back = "error=access_denied&error_description=" + encoded("<b>nobody</b> wants to") + back;
    } else {
      String code = UUID.randomUUID().toString();
      codes.put(code, asked);
      exchange
          .getResponseHeaders()
          .add("Set-Cookie", "person=ada; HttpOnly; SameSite=Lax; Path=" + REALM);
      back = "code=" + code + back;
    }
    exchange.getResponseHeaders().add("Location", page + "?" + back);
    exchange.sendResponseHeaders(302, -1);
    exchange.close();
  }

  private void token(HttpExchange exchange) throws IOException {
    Map<String, String> sent =
        form(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    Map<String, String> asked = codes.remove(sent.getOrDefault("code", ""));
    String verifier = sent.getOrDefault("code_verifier", "");
    secrets.add(verifier);
    String wrong =
        !exchange.getRequestMethod().equals("POST")
                || !"application/x-www-form-urlencoded;charset=UTF-8"
                    .equalsIgnoreCase(exchange.getRequestHeaders().getFirst("Content-Type"))
            ? "no form"
            : exchange.getRequestHeaders().containsKey("Authorization")
                    || exchange.getRequestHeaders().containsKey("Cookie")
                    || sent.containsKey("client_secret")
                ? "more than a public client has"
                : !"authorization_code".equals(sent.get("grant_type"))
                        || !CLIENT.equals(sent.get("client_id"))
                    ? "grant or client"
                    : asked == null
                        ? "no such code, or it was used"
                        : !asked.get("redirect_uri").equals(sent.get("redirect_uri"))
                            ? "another redirect_uri"
                            : !verifier.matches("[\\w.~-]{43,128}")
                                    || !asked.get("code_challenge").equals(challenge(verifier))
                                ? "verifier"
                                : null;
    if (wrong != null) {
      refused.add("token: " + wrong + " in " + sent);
      json(
          exchange,
          400,
          JSON.createObjectNode().put("error", "invalid_grant").put("error_description", wrong));
      return;
    }
    Instant now = Instant.now();
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .issuer(issuer())
            .subject("ada")
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plusSeconds(600)));
    String access =
        signed(
            new JOSEObjectType("at+jwt"),
            new JWTClaimsSet.Builder(claims.build())
                .audience("runway")
                .claim("roles", List.of("runway-approver"))
                .claim("groups", List.of("search"))
                .build());
    String nonce = answersAnother ? UUID.randomUUID().toString() : asked.get("nonce");
    String identity =
        signed(
            JOSEObjectType.JWT,
            new JWTClaimsSet.Builder(claims.build())
                .audience(CLIENT)
                .claim("nonce", nonce)
                .build());
    secrets.addAll(List.of(access, identity));
    json(
        exchange,
        200,
        JSON.createObjectNode()
            .put("access_token", access)
            .put("id_token", identity)
            .put("token_type", "Bearer")
            .put("expires_in", 600));
  }

  private String signed(JOSEObjectType type, JWTClaimsSet claims) {
    try {
      RSAKey now = key;
      SignedJWT token =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(now.getKeyID()).type(type).build(),
              claims);
      token.sign(new RSASSASigner(now));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String challenge(String verifier) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static RSAKey newKey(String kid) {
    try {
      return new RSAKeyGenerator(2048).keyID(kid).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, String> form(String text) {
    Map<String, String> all = new HashMap<>();
    for (String pair : text == null ? new String[0] : text.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        all.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
      }
    }
    return all;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private void json(HttpExchange exchange, int status, ObjectNode body) throws IOException {
    answer(exchange, status, "application/json", body.toString());
  }

  /** To the page's origin alone, as a public client is registered. */
  private void answer(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    if (!page.isEmpty()) {
      URI at = URI.create(page);
      exchange
          .getResponseHeaders()
          .add("Access-Control-Allow-Origin", at.getScheme() + "://" + at.getAuthority());
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", type);
    exchange.getResponseHeaders().add("Cache-Control", "no-store");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
