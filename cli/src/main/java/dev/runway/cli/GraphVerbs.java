package dev.runway.cli;

import static dev.runway.cli.Action.end;
import static dev.runway.cli.Action.list;
import static dev.runway.cli.Action.make;
import static dev.runway.cli.Action.set;
import static dev.runway.cli.Action.show;
import static dev.runway.cli.Field.Form.TEXT;

import java.util.List;

/** Verbs over what depends on what. */
final class GraphVerbs {
  private static final String MODEL = "/v1/models/{model}";
  private static final String NODES = "/v1/graph/nodes";
  private static final String EDGES = "/v1/graph/edges";
  private static final String[] KINDS = {
    "MODEL", "VERSION", "FEATURE", "DATA_SOURCE", "PIPELINE", "DEPLOYMENT", "DATASET", "EXPERIMENT"
  };
  private static final String[] USES = {"COORDINATES", "SIMILARITY", "PREDICTION", "DATA_ONLY"};

  private GraphVerbs() {}

  static List<Verb> all() {
    return List.of(impact(), graph(), imports());
  }

  private static Verb imports() {
    return Verb.of(
        "import",
        "Takes up dependencies that other tools know.",
        Action.imports(
                "metaflow",
                "Imports the newest finished run of every flow out of a folder .metaflow, or of the"
                    + " one that holds it.",
                "/v1/imports/lineage")
            .showing("what", "nodes", "edges", "ended", "left_out"));
  }

  private static Verb impact() {
    return Verb.of(
        "impact",
        "Shows what a model stands on, and what stands on it.",
        nodes(show("get", "Shows both sides of a model.", MODEL + "/impact").arguments("model")),
        nodes(show("node", "Shows both sides of anything.", "/v1/graph/impact").arguments("node")),
        show("plan", "Shows what a retrain would touch, in waves.", MODEL + "/retrain-plan")
            .arguments("model")
            .section("waves", "wave", "models"));
  }

  private static Action nodes(Action action) {
    return action
        .query("depth", "Steps at most; 10 unless said.")
        .query("limit", "Nodes that are named on each side; 100 unless said.")
        .section(
            "nodes",
            "node_id",
            "depth",
            "uses",
            "embeddings",
            "owner",
            "team",
            "tier",
            "live_deployments",
            "applications");
  }

  private static Verb graph() {
    return Verb.of(
        "graph",
        "Lists dependencies, declares and ends them.",
        list(
                "list",
                "Lists dependencies.",
                EDGES,
                "upstream",
                "downstream",
                "kind",
                "source",
                "embedding",
                "valid_from",
                "edge_id")
            .query("upstream", "What is used, such as feature:user_age_days.")
            .query("downstream", "What uses it.")
            .query("kind", "How.", USES)
            .query("ended", "Those that ended too.", "true", "false"),
        make("declare", "Declares that one thing uses another.", EDGES)
            .arguments("upstream", "downstream")
            .repeatable()
            .field("kind", "/kind", TEXT, "How it is used.", USES)
            .field("valid-from", "Since when; now, unless said."),
        end("end", "Ends a dependency.", EDGES + "/{edge}").arguments("edge"),
        list(
                "nodes",
                "Lists things that depend on each other.",
                NODES,
                "node_id",
                "kind",
                "owner",
                "team",
                "source")
            .query("kind", "What it is.", KINDS)
            .query("team", "Whose it is.")
            .query("q", "Part of its name."),
        set("own", "Says whose a thing is.", NODES)
            .arguments("node_id")
            .basedOn("/v1/graph/node?node={node_id}")
            .field("team", "Whose it is.")
            .field("owner", "Who answers for it."));
  }
}
