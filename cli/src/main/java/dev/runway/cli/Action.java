package dev.runway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a person can ask of the API: which request it is, what of it comes from the
 * command line, and what of the answer is shown. Made once, in the table of {@link Verbs}.
 */
final class Action {

  /** What becomes of it. */
  enum Kind {
    LIST("GET"),
    SHOW("GET"),
    CREATE("POST"),
    CHANGE("PUT"),
    END("DELETE"),
    LISTEN("GET"),
    IMPORT("POST");

    private final String method;

    Kind(String method) {
      this.method = method;
    }

    String method() {
      return method;
    }
  }

  private final String name;
  private final String description;
  private final Kind kind;
  private final String path;
  private final List<String> arguments = new ArrayList<>();
  private final List<Field> query = new ArrayList<>();
  private final List<Field> fields = new ArrayList<>();
  private final Map<String, String> constants = new LinkedHashMap<>();
  private final Map<String, List<String>> sections = new LinkedHashMap<>();
  private List<String> columns = List.of();
  private List<String> kept = List.of();
  private @Nullable String revisionPath;
  private @Nullable String good;
  private @Nullable String open;
  private UnaryOperator<JsonNode> shape = UnaryOperator.identity();
  private boolean file;
  private boolean repeatable;
  private boolean paged = true;
  private boolean keptHead;
  private boolean mayBeNew;

  private Action(String name, String description, Kind kind, String path) {
    this.name = name;
    this.description = description;
    this.kind = kind;
    this.path = path;
  }

  /**
   * A list.
   *
   * @param columns what a table of it shows
   */
  static Action list(String name, String description, String path, String... columns) {
    return new Action(name, description, Kind.LIST, path).showing(columns);
  }

  static Action show(String name, String description, String path) {
    return new Action(name, description, Kind.SHOW, path);
  }

  static Action make(String name, String description, String path) {
    return new Action(name, description, Kind.CREATE, path);
  }

  /** A change, based on what is read from the same path. */
  static Action change(String name, String description, String path) {
    return new Action(name, description, Kind.CHANGE, path).basedOn(path);
  }

  /** A change of what may not be there yet, based on what is read from the same path if it is. */
  static Action set(String name, String description, String path) {
    Action action = change(name, description, path);
    action.mayBeNew = true;
    return action;
  }

  static Action end(String name, String description, String path) {
    return new Action(name, description, Kind.END, path);
  }

  static Action listen(String name, String description, String path) {
    return new Action(name, description, Kind.LISTEN, path);
  }

  /** What a folder says is sent, its first argument; {@link Imports} reads it. */
  static Action imports(String name, String description, String path) {
    return new Action(name, description, Kind.IMPORT, path).arguments("folder");
  }

  /**
   * Arguments in their order; those that the path does not name are fields of the body, or of the
   * query where there is none.
   */
  Action arguments(String... names) {
    arguments.addAll(List.of(names));
    return this;
  }

  /** An option that is a parameter of the query, under the same name. */
  Action query(String parameter, String words, String... values) {
    return queryAs(parameter, parameter, words, values);
  }

  /** An option that is a parameter of the query under another name. */
  Action queryAs(String option, String parameter, String words, String... values) {
    query.add(new Field("--" + option, parameter, Field.Form.TEXT, words, List.of(values)));
    return this;
  }

  /** An option that is a field of the body. */
  Action field(String option, String pointer, Field.Form form, String words, String... values) {
    fields.add(new Field("--" + option, pointer, form, words, List.of(values)));
    return this;
  }

  Action field(String option, String words) {
    return field(option, "/" + option.replace('-', '_'), Field.Form.TEXT, words);
  }

  /**
   * An option without a value, which says a word in a field of the body: one such has to be typed.
   */
  Action word(String option, String pointer, String word, String words) {
    fields.add(new Field("--" + option, pointer, Field.Form.WORD, words, List.of(word)));
    return this;
  }

  /** A field of the body that is always the same. */
  Action constant(String field, String value) {
    constants.put(field, value);
    return this;
  }

  /** The body may come from a file. */
  Action file() {
    file = true;
    return this;
  }

  /** A field of the answer that says whether all is well; when it is not, the exit code says so. */
  Action good(String field) {
    good = field;
    return this;
  }

  /** A field of the answer that says whether it cannot be told yet; the exit code says so then. */
  Action open(String field) {
    open = field;
    return this;
  }

  /** What a table of the answer shows. */
  Action showing(String... names) {
    columns = List.of(names);
    return this;
  }

  /** A head of the audit chain that was kept in a file may be held against it. */
  Action keptHead() {
    keptHead = true;
    return this;
  }

  /** A list that comes as a whole. */
  Action whole() {
    paged = false;
    return this;
  }

  /** Takes an Idempotency-Key. */
  Action repeatable() {
    repeatable = true;
    return this;
  }

  /** The revision that a change is based on is read there. */
  Action basedOn(String other) {
    revisionPath = other;
    return this;
  }

  /** Fields that stay as they are when they are not said. */
  Action keeping(String... names) {
    kept = List.of(names);
    return this;
  }

  /** What people are shown is made of the answer by this; {@code --json} has it as it came. */
  Action shownAs(UnaryOperator<JsonNode> other) {
    shape = other;
    return this;
  }

  JsonNode shown(JsonNode answer) {
    return shape.apply(answer);
  }

  /** What a table of a list within the answer shows. */
  Action section(String list, String... names) {
    sections.put(list, List.of(names));
    return this;
  }

  String name() {
    return name;
  }

  String description() {
    return description;
  }

  Kind kind() {
    return kind;
  }

  String path() {
    return path;
  }

  List<String> arguments() {
    return arguments;
  }

  List<Field> query() {
    return query;
  }

  List<Field> fields() {
    return fields;
  }

  Map<String, String> constants() {
    return constants;
  }

  /** Of lists within the answer, by their names. */
  Map<String, List<String>> sections() {
    return sections;
  }

  /** Empty for all. */
  List<String> columns() {
    return columns;
  }

  List<String> kept() {
    return kept;
  }

  /** Null when no revision is due. */
  @Nullable String revisionPath() {
    return revisionPath;
  }

  /** Whether it may be that there is nothing to base it on. */
  boolean mayBeNew() {
    return mayBeNew;
  }

  boolean takesFile() {
    return file;
  }

  boolean takesKeptHead() {
    return keptHead;
  }

  boolean isPaged() {
    return kind == Kind.LIST && paged;
  }

  boolean isRepeatable() {
    return repeatable;
  }

  /** Whether an answer says that all is not well. */
  boolean isBad(JsonNode answer) {
    return good != null && !answer.path(good).asBoolean();
  }

  /** Whether an answer says that it cannot be told yet. */
  boolean isOpen(JsonNode answer) {
    return open != null && answer.path(open).asBoolean();
  }

  /** Whether an argument is part of the path. */
  boolean inPath(String argument) {
    return path.contains("{" + argument + "}");
  }

  /** Whether there is a body at all. */
  boolean hasBody() {
    return file
        || !fields.isEmpty()
        || !constants.isEmpty()
        || arguments.stream().anyMatch(argument -> !inPath(argument));
  }
}
