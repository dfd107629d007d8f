package dev.runway.control.web;

import dev.runway.control.http.WebFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The page that people look at: plain modules, read once from the class path. A file that is not
 * named here is not served, whatever lies beside it.
 */
public final class WebPage {
  /** Where the page itself is. */
  public static final String PATH = "/";

  /** Where the files that it is made of are. */
  public static final String FOLDER = "/ui/";

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
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'";

  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy", POLICY,
          "Cache-Control", "no-cache", // Kept, and asked for again: a release changes it at once.
          "Referrer-Policy", "no-referrer",
          "Cross-Origin-Opener-Policy", "same-origin",
          "Cross-Origin-Resource-Policy", "same-origin",
          "Permissions-Policy", "camera=(), geolocation=(), microphone=()");

  private WebPage() {}

  /** All of its files, the page itself first. */
  public static List<WebFile> files() {
    WebFile index = file(PATH, INDEX);
    return Stream.concat(Stream.of(index), NAMES.stream().map(name -> file(FOLDER + name, name)))
        .toList();
  }

  private static WebFile file(String path, String name) {
    return new WebFile(path, contentType(name), read(name), HEADERS);
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
