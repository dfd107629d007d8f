package dev.runway.control.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.control.http.Contract;
import dev.runway.control.http.WebFile;
import dev.runway.control.options.ControlOptions;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the page's files are made of, without a browser. */
class WebPageTest {
  private static final Path FOLDER = Path.of("src/main/resources/web");
  private static final Map<String, WebFile> FILES =
      WebPage.files(null).stream().collect(Collectors.toMap(WebFile::path, Function.identity()));

  /** Calls of the way to the API, with what they ask. */
  private static final Pattern CALL =
      Pattern.compile("\\b(get|find|list|findList|post|raw)\\(\\s*'(/[^']*)'");

  private static final Pattern IMPORT = Pattern.compile("from '([^']+)'");

  @Test
  void everyFileOfTheFolder_isServed_andNoOther() throws Exception {
    try (Stream<Path> paths = Files.walk(FOLDER)) {
      Set<String> there =
          paths
              .filter(Files::isRegularFile)
              .map(path -> FOLDER.relativize(path).toString())
              .collect(Collectors.toCollection(TreeSet::new));
      Set<String> named = new TreeSet<>(WebPage.NAMES);
      named.add("index.html");
      assertThat(there).isEqualTo(named);
    }
  }

  /** The policy would block them; it is the second lock, and this the first. */
  @Test
  void document_hasNoScriptNoStyleAndNoHandlerInIt() {
    String html = FILES.get(WebPage.PATH).text();
    assertThat(html).doesNotContainPattern("(?i)<style|\\sstyle=|\\son\\w+=|javascript:");
    assertThat(matches("<script[^>]*>", html))
        .allSatisfy(tag -> assertThat(tag.group()).contains(" src=\""));
    assertThat(matches("<script[^>]*>([^<]*)</script>", html))
        .allSatisfy(tag -> assertThat(tag.group(1)).isEmpty());
  }

  @Test
  void policy_namesTheIssuerWherePeopleSignInThere_andNobodyElse() throws Exception {
    ControlOptions.SignIn signIn =
        new ControlOptions.SignIn(
            "page", "openid", Map.of("audience", "runway"), "https://login.example:8443");
    ControlOptions.Oidc oidc =
        new ControlOptions.Oidc(
            "https://login.example:8443/realms/runway",
            URI.create("https://login.example:8443/keys"),
            "runway",
            List.of("RS256"),
            false,
            "roles",
            false,
            "groups",
            signIn);
    assertThat(WebPage.policy(signIn))
        .isEqualTo(
            WebPage.POLICY.replace(
                "connect-src 'self';", "connect-src 'self' https://login.example:8443;"))
        .isNotEqualTo(WebPage.POLICY);

    WebFile told = signInFile(oidc);
    assertThat(told.headers()).containsEntry("Content-Security-Policy", WebPage.policy(signIn));
    assertThat(new ObjectMapper().readTree(told.body()))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"issuer": "https://login.example:8443/realms/runway", "client_id": "page",
                     "scope": "openid", "parameters": {"audience": "runway"}}
                    """));
    assertThat(signInFile(null).text()).isEqualTo("{}");
    assertThat(signInFile(null).headers()).containsEntry("Content-Security-Policy", WebPage.POLICY);
  }

  private static WebFile signInFile(ControlOptions.Oidc oidc) {
    return WebPage.files(oidc).stream()
        .filter(file -> file.path().equals(WebPage.SIGN_IN))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void nothingIsLoadedFromElsewhere() {
    String html = FILES.get(WebPage.PATH).text();
    assertThat(matches("(?:src|href)=\"(ui/[^\"]*)\"", html))
        .hasSizeGreaterThan(3)
        .allSatisfy(link -> assertThat(FILES).containsKey("/" + link.group(1)));
    for (WebFile file : ours()) {
      String text = file.text().replace("http://www.w3.org/2000/svg", "");
      assertThat(text)
          .as(file.path())
          .doesNotContainPattern("https?://|['\"(]//|@import|url\\((?!#)");
    }
    for (WebFile file : FILES.values()) {
      if (file.path().endsWith(".js")) {
        // Of the libraries too: what fetches, or makes a program of a text.
        assertThat(matches(IMPORT.pattern(), file.text()))
            .as(file.path())
            .allSatisfy(
                name ->
                    assertThat(FILES)
                        .containsKey(URI.create(file.path()).resolve(name.group(1)).getPath()));
        assertThat(file.text())
            .as(file.path())
            .doesNotContainPattern("\\beval\\(|new Function\\(|importScripts|\\bimport\\(");
      }
    }
  }

  @Test
  void ownScripts_makeNoDocumentOfAString_andKeepTheTokenOutOfAddresses() {
    for (WebFile file : ours()) {
      assertThat(file.text())
          .as(file.path())
          .doesNotContainPattern(
              "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|createContextualFragment"
                  + "|DOMParser|setHTML|srcdoc|localStorage|document\\.cookie");
    }
    assertThat(FILES.get("/ui/api.js").text()).containsOnlyOnce("'Bearer '");
    for (WebFile file : ours()) {
      if (!file.path().equals("/ui/api.js")) {
        assertThat(file.text()).as(file.path()).doesNotContain("Authorization:", "sessionStorage.");
      }
    }
  }

  @Test
  void everythingThatScriptsAskFor_isInTheContract() {
    JsonNode paths = Contract.load().document().path("paths");
    Set<String> asked = new TreeSet<>();
    for (WebFile file : ours()) {
      for (MatchResult call : matches(CALL.pattern(), file.text())) {
        String method = call.group(1).equals("post") ? "post" : "get";
        asked.add(method + " " + call.group(2));
        assertThat(paths.path(call.group(2)).has(method))
            .as(file.path() + " asks " + call.group())
            .isTrue();
      }
      // Nothing asks by another way than these calls.
      Set<String> mentioned =
          matches("'(/v1/[^']*)'", file.text()).stream()
              .map(each -> each.group(1))
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(mentioned)
          .as(file.path())
          .allSatisfy(
              path ->
                  assertThat(asked.stream().anyMatch(each -> each.endsWith(" " + path)))
                      .as(path)
                      .isTrue());
    }
    assertThat(asked)
        .hasSizeGreaterThan(20)
        .contains("post /v1/models/{model}/retrains/{command}/judgement", "get /v1/events");
  }

  /** A name that the operation does not know ends in a 400, or is left out of the address. */
  @Test
  void namesThatScriptsGive_areThoseOfTheOperation() {
    JsonNode document = Contract.load().document();
    int looked = 0;
    for (WebFile file : ours()) {
      for (MatchResult call : matches(CALL.pattern() + "(?:,\\s*\\{([^{}]*)\\})?", file.text())) {
        String method = call.group(1).equals("post") ? "post" : "get";
        Set<String> known = parameters(document, call.group(2), method);
        Set<String> given = new TreeSet<>();
        boolean whole = true;
        for (String part : call.group(3) == null ? new String[0] : call.group(3).split(",", -1)) {
          String name = part.split(":", -1)[0].strip();
          whole &= !name.startsWith("...");
          if (!name.isEmpty() && !name.startsWith("...")) {
            given.add(name);
          }
        }
        if (call.group(1).equals("list") || call.group(1).equals("findList")) {
          given.addAll(List.of("limit", "cursor"));
        }
        assertThat(known).as(file.path() + " asks " + call.group()).containsAll(given);
        if (call.group(3) != null && whole) {
          assertThat(given)
              .as(file.path() + " asks " + call.group())
              .containsAll(
                  matches("\\{(\\w+)\\}", call.group(2)).stream().map(m -> m.group(1)).toList());
        }
        looked += given.isEmpty() ? 0 : 1;
      }
    }
    assertThat(looked).isGreaterThan(15);
  }

  private static Set<String> parameters(JsonNode document, String path, String method) {
    Set<String> names = new TreeSet<>();
    for (JsonNode parameter : document.path("paths").path(path).path(method).path("parameters")) {
      JsonNode one =
          parameter.has("$ref")
              ? document.at(parameter.path("$ref").asText().substring(1))
              : parameter;
      names.add(one.path("name").asText());
    }
    return names;
  }

  @Test
  void libraries_areTheOnesThatWereTaken_withTheirLicences() throws Exception {
    JsonNode libraries =
        new ObjectMapper().readTree(FILES.get("/ui/lib/libraries.json").body()).path("libraries");
    Map<String, String> said = new TreeMap<>();
    for (JsonNode library : libraries) {
      assertThat(library.path("licence").asText()).isEqualTo("MIT");
      assertThat(library.path("source").asText()).contains(library.path("version").asText());
      assertThat(library.path("integrity").asText()).startsWith("sha512-");
      assertThat(library.path("files").has(library.path("licence_file").asText())).isTrue();
      library.path("files").properties().forEach(f -> said.put(f.getKey(), f.getValue().asText()));
    }
    Map<String, String> served = new TreeMap<>();
    for (WebFile file : FILES.values()) {
      if (file.path().startsWith("/ui/lib/") && !file.path().endsWith("libraries.json")) {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(file.body());
        served.put(file.path().substring("/ui/lib/".length()), HexFormat.of().formatHex(hash));
      }
    }
    assertThat(served).isEqualTo(said);
  }

  /**
   * What the page holds measures against is what the job judges by, and it has words for each
   * reason.
   */
  @Test
  void embeddings_areHeldAgainstTheLimitsOfTheJob_withWordsForEveryReason() throws Exception {
    Path verdicts = Path.of("../shared/drift/src/main/java/dev/runway/drift/embedding/verdict");
    String page = FILES.get("/ui/embeddings.js").text();

    Map<String, String> limits = new TreeMap<>();
    for (MatchResult limit :
        matches(
            "double ([A-Z_]+) = ([0-9.]+);",
            Files.readString(verdicts.resolve("VerdictPolicy.java")))) {
      limits.put(limit.group(1), limit.group(2));
    }
    limits.remove("UNUSABLE"); // Of it two measures decide, each by an end of its interval.
    String policy = matches("POLICY = \\{([^}]*)}", page).get(0).group(1);
    Map<String, String> shown = new TreeMap<>();
    for (MatchResult limit : matches("([A-Z_]+): ([0-9.]+)", policy)) {
      shown.put(limit.group(1), limit.group(2));
    }
    assertThat(shown).isEqualTo(limits).hasSize(10);

    String reasons = Files.readString(verdicts.resolve("Verdict.java"));
    List<String> names =
        matches("(?m)^    ([A-Z_]+),?$", reasons.substring(reasons.indexOf("enum Reason"))).stream()
            .map(name -> name.group(1))
            .toList();
    assertThat(names).hasSizeGreaterThan(15);
    String words = matches("REASONS = \\{([^}]*)}", page).get(0).group(1);
    assertThat(names).allSatisfy(name -> assertThat(words).contains("  " + name + ": '"));

    String board = Files.readString(Path.of("../grafana/dashboards/runway-embeddings.json"));
    for (MatchResult word : matches("(?m)^  ([A-Z_]+): '([^']*)',", words)) {
      assertThat(board)
          .containsPattern(
              "\"%s\" *: *\\{\\s*\"text\" *: *\"%s\"".formatted(word.group(1), word.group(2)));
    }
  }

  private static List<WebFile> ours() {
    return FILES.values().stream().filter(file -> !file.path().contains("/lib/")).toList();
  }

  private static List<MatchResult> matches(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().toList();
  }
}
