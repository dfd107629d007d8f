package dev.runway.control.web;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.http.WebFile;
import dev.runway.control.options.ControlOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The page that people look at: plain modules, read once from the class path. A file that is not
 * named here is not served, whatever lies beside it.
 */
public final class WebPage {
  /** Where the page itself is. */
  public static final String PATH = "/";

  /** Where the files that it is made of are. */
  public static final String FOLDER = "/ui/";

  /** Where it is told how people sign in. */
  public static final String SIGN_IN = FOLDER + "sign-in.json";

  private static final String RESOURCES = "/web/";
  private static final String INDEX = "index.html";

  static final List<String> NAMES =
      List.of(
          "alerts.js",
          "api.js",
          "app.css",
          "app.js",
          "approvals.js",
          "dependencies.js",
          "dom.js",
          "embeddings.js",
          "fleet.js",
          "format.js",
          "graph.js",
          "icon.svg",
          "live.js",
          "model.js",
          "plots.js",
          "retrains.js",
          "sign-in.js",
          "lib/dagre/LICENSE",
          "lib/dagre/dagre.esm.js",
          "lib/libraries.json",
          "lib/uplot/LICENSE",
          "lib/uplot/uPlot.esm.js",
          "lib/uplot/uPlot.min.css");

  /**
   * All that the page may do: scripts and styles of this server alone, none in the document, no
   * text made into a document, and no other page around it.
   */
  static final String POLICY = policy(null);

  private WebPage() {}

  /**
   * What it may do where people sign in at an issuer: to ask that one too, and nobody else.
   *
   * @param signIn null where they bring a token
   */
  static String policy(ControlOptions.@Nullable SignIn signIn) {
    return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'"
        + (signIn == null ? "" : " " + signIn.origin())
        + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
        + " require-trusted-types-for 'script'; trusted-types 'none'";
  }

  /**
   * All of its files, the page itself first.
   *
   * @param oidc null where there are API tokens alone
   */
  public static List<WebFile> files(ControlOptions.@Nullable Oidc oidc) {
    ControlOptions.SignIn signIn = oidc == null ? null : oidc.signIn();
    Map<String, String> headers =
        Map.of(
            "Content-Security-Policy",
            policy(signIn),
            "Cache-Control",
            "no-cache", // Kept, and asked for again: a release changes it at once.
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Opener-Policy",
            "same-origin",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "Permissions-Policy",
            "camera=(), geolocation=(), microphone=()");
    Stream<WebFile> made =
        Stream.of(
            file(PATH, INDEX, read(INDEX), headers),
            file(SIGN_IN, SIGN_IN, signInDocument(oidc), headers));
    return Stream.concat(
            made, NAMES.stream().map(name -> file(FOLDER + name, name, read(name), headers)))
        .toList();
  }

  /** What the page has to know of the issuer; nothing of it is a secret. */
  private static byte[] signInDocument(ControlOptions.@Nullable Oidc oidc) {
    ObjectNode document = new ObjectMapper().createObjectNode();
    ControlOptions.SignIn signIn = oidc == null ? null : oidc.signIn();
    if (oidc != null && signIn != null) {
      document
          .put("issuer", oidc.issuer())
          .put("client_id", signIn.clientId())
          .put("scope", signIn.scope());
      ObjectNode further = document.putObject("parameters");
      new TreeMap<>(signIn.further()).forEach(further::put);
    }
    return document.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static WebFile file(String path, String name, byte[] body, Map<String, String> headers) {
    return new WebFile(path, contentType(name), body, headers);
  }

  private static byte[] read(String name) {
    try (InputStream in = WebPage.class.getResourceAsStream(RESOURCES + name)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCES + name + " is not on the class path");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + RESOURCES + name, e);
    }
  }

  private static String contentType(String name) {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "html" -> "text/html; charset=utf-8";
      case "js" -> "text/javascript; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "svg" -> "image/svg+xml";
      case "json" -> "application/json";
      default -> "text/plain; charset=utf-8";
    };
  }
}
