package dev.runway.control.http;

import static dev.runway.control.security.Access.Owned.ALERT;
import static dev.runway.control.security.Access.Owned.ALL_MODELS;
import static dev.runway.control.security.Access.Owned.BODY_TEAM;
import static dev.runway.control.security.Access.Owned.MODEL;
import static dev.runway.control.security.Access.Owned.MODEL_SEEN;
import static dev.runway.control.security.Access.Owned.POLICY;
import static dev.runway.control.security.Access.Owned.SPACE;
import static dev.runway.control.security.Access.Owned.TEAM;

import dev.runway.control.security.Access;
import dev.runway.control.security.Role;

/**
 * Every operation of the contract, and what it takes to use it. This is the one table of rights: an
 * operation without a line here cannot be served.
 */
public enum Operation {
  LIVENESS("getLiveness", Access.open()),
  READINESS("getReadiness", Access.open()),
  CONTRACT("getContract", Access.open()),
  DOCS("getDocs", Access.open()),
  METRICS("getMetrics", Access.open()),

  ME("getMe", Access.of(Role.VIEWER)),

  LIST_MODELS("listModels", Access.of(Role.VIEWER)),
  CREATE_MODEL("createModel", Access.of(Role.EDITOR).owning(BODY_TEAM)),
  GET_MODEL("getModel", Access.of(Role.VIEWER).owning(MODEL_SEEN)),
  REPLACE_MODEL("replaceModel", Access.of(Role.EDITOR).owning(MODEL, BODY_TEAM)),
  LIST_UNUSED_MODELS("listUnusedModels", Access.of(Role.VIEWER)),
  LIST_ALERTED_MODELS("listAlertedModels", Access.of(Role.VIEWER)),
  LIST_FLEET("listFleet", Access.of(Role.VIEWER)),

  GET_HEALTH("getHealth", Access.of(Role.VIEWER).owning(MODEL_SEEN)),
  LIST_PERFORMANCE("listPerformance", Access.of(Role.VIEWER).owning(MODEL_SEEN)),
  LIST_DRIFT("listDrift", Access.of(Role.VIEWER).owning(MODEL_SEEN)),
  LIST_COVERAGE("listCoverage", Access.of(Role.VIEWER).owning(MODEL_SEEN)),
  LIST_STALENESS("listStaleness", Access.of(Role.VIEWER).owning(MODEL_SEEN)),
  LIST_DECISIONS("listDecisions", Access.of(Role.VIEWER).owning(MODEL_SEEN)),
  /** It names the models that use a space, whose-ever they are. */
  GET_STABILITY("getStability", Access.of(Role.VIEWER).owning(ALL_MODELS)),

  LIST_STABILITY("listStability", Access.of(Role.VIEWER).owning(ALL_MODELS)),
  LIST_TRAFFIC("listTraffic", Access.of(Role.VIEWER).owning(ALL_MODELS)),
  LIST_EMBEDDINGS("listEmbeddings", Access.of(Role.VIEWER).owning(ALL_MODELS)),

  /** So do all operations on spaces. */
  LIST_SPACES("listSpaces", Access.of(Role.VIEWER).owning(ALL_MODELS)),
  CREATE_SPACE("createSpace", Access.of(Role.EDITOR).owning(BODY_TEAM, ALL_MODELS)),
  GET_SPACE("getSpace", Access.of(Role.VIEWER).owning(ALL_MODELS)),
  REPLACE_SPACE("replaceSpace", Access.of(Role.EDITOR).owning(SPACE, BODY_TEAM, ALL_MODELS)),
  END_SPACE("endSpace", Access.of(Role.EDITOR).owning(SPACE, ALL_MODELS)),

  /** Of models that a token may not see it tells nothing. */
  LIST_ALERTS("listAlerts", Access.of(Role.VIEWER)),
  JUDGE_ALERT("judgeAlert", Access.of(Role.APPROVER).owning(ALERT)),

  LIST_VERSIONS("listVersions", Access.of(Role.VIEWER).owning(MODEL_SEEN)),
  CREATE_VERSION("createVersion", Access.of(Role.EDITOR).owning(MODEL)),
  GET_VERSION("getVersion", Access.of(Role.VIEWER).owning(MODEL_SEEN)),
  SET_VERSION_STATE("setVersionState", Access.of(Role.EDITOR).owning(MODEL)),
  GET_CANARY("getCanary", Access.of(Role.VIEWER).owning(MODEL_SEEN)),
  LIST_BASELINES("listBaselines", Access.of(Role.VIEWER).owning(MODEL_SEEN)),
  CREATE_BASELINE("createBaseline", Access.of(Role.EDITOR).owning(MODEL)),

  LIST_DEPLOYMENTS("listDeployments", Access.of(Role.VIEWER).owning(MODEL_SEEN)),
  CREATE_DEPLOYMENT("createDeployment", Access.of(Role.EDITOR).owning(MODEL)),
  GET_DEPLOYMENT("getDeployment", Access.of(Role.VIEWER).owning(MODEL_SEEN)),
  REPLACE_DEPLOYMENT("replaceDeployment", Access.of(Role.EDITOR).owning(MODEL)),

  LIST_CONSUMERS("listConsumers", Access.of(Role.VIEWER).owning(MODEL_SEEN)),
  /** Whoever uses a model may say so; it need not be theirs. */
  CREATE_CONSUMER("createConsumer", Access.of(Role.EDITOR).owning(MODEL_SEEN)),
  END_CONSUMER("endConsumer", Access.of(Role.EDITOR).owning(MODEL)),

  LIST_CONTROLS("listControls", Access.of(Role.VIEWER).owning(MODEL_SEEN)),
  CREATE_CONTROL("createControl", Access.of(Role.APPROVER).owning(MODEL)),
  LIST_TEAM_CONTROLS("listTeamControls", Access.of(Role.VIEWER)),
  CREATE_TEAM_CONTROL("createTeamControl", Access.of(Role.APPROVER).owning(TEAM, ALL_MODELS)),
  LIST_FLEET_CONTROLS("listFleetControls", Access.of(Role.VIEWER)),
  CREATE_FLEET_CONTROL("createFleetControl", Access.of(Role.ADMIN).owning(ALL_MODELS)),

  LIST_RETRAINS("listRetrains", Access.of(Role.VIEWER)),
  GET_RETRAIN("getRetrain", Access.of(Role.VIEWER).owning(MODEL_SEEN)),
  CREATE_RETRAIN("createRetrain", Access.of(Role.APPROVER).owning(MODEL)),
  CANCEL_RETRAIN("cancelRetrain", Access.of(Role.APPROVER).owning(MODEL)),
  LIST_APPROVALS("listApprovals", Access.of(Role.VIEWER)),
  JUDGE_RETRAIN("judgeRetrain", Access.of(Role.APPROVER).owning(MODEL)),
  LIST_RETRAIN_QUEUE("listRetrainQueue", Access.of(Role.VIEWER).owning(ALL_MODELS)),
  LIST_RETRAIN_COSTS("listRetrainCosts", Access.of(Role.VIEWER)),
  LIST_RETRAIN_SLA("listRetrainSla", Access.of(Role.VIEWER)),
  LIST_RETRAIN_RATIOS("listRetrainRatios", Access.of(Role.VIEWER).owning(ALL_MODELS)),
  LIST_RETRAIN_BUDGETS("listRetrainBudgets", Access.of(Role.VIEWER).owning(ALL_MODELS)),
  GET_RETRAIN_BUDGET("getRetrainBudget", Access.of(Role.VIEWER).owning(ALL_MODELS)),
  SET_RETRAIN_BUDGET("setRetrainBudget", Access.of(Role.ADMIN).owning(ALL_MODELS)),
  LIST_RETRAIN_CAPS("listRetrainCaps", Access.of(Role.VIEWER).owning(ALL_MODELS)),
  GET_RETRAIN_CAP("getRetrainCap", Access.of(Role.VIEWER).owning(ALL_MODELS)),
  SET_RETRAIN_CAP("setRetrainCap", Access.of(Role.ADMIN).owning(ALL_MODELS)),
  /** The graph tells of all models, so none of it is for a token that is limited to some. */
  LIST_NODES("listNodes", Access.of(Role.VIEWER).owning(ALL_MODELS)),
  GET_NODE("getNode", Access.of(Role.VIEWER).owning(ALL_MODELS)),
  DECLARE_NODE("declareNode", Access.of(Role.EDITOR).owning(ALL_MODELS, BODY_TEAM)),
  LIST_EDGES("listEdges", Access.of(Role.VIEWER).owning(ALL_MODELS)),
  /** Whose the two ends are is looked at where they are read. */
  CREATE_EDGE("createEdge", Access.of(Role.EDITOR).owning(ALL_MODELS)),
  END_EDGE("endEdge", Access.of(Role.EDITOR).owning(ALL_MODELS)),
  GET_IMPACT("getImpact", Access.of(Role.VIEWER).owning(ALL_MODELS)),
  GET_MODEL_IMPACT("getModelImpact", Access.of(Role.VIEWER).owning(MODEL_SEEN, ALL_MODELS)),
  GET_RETRAIN_PLAN("getRetrainPlan", Access.of(Role.VIEWER).owning(MODEL_SEEN, ALL_MODELS)),
  /** What of it touches another team's things is left out. */
  TAKE_LINEAGE("takeLineage", Access.of(Role.EDITOR).owning(ALL_MODELS)),
  IMPORT_LINEAGE("importLineage", Access.of(Role.EDITOR).owning(ALL_MODELS)),
  NOTIFY_METAFLOW("notifyMetaflow", Access.of(Role.EDITOR).owning(ALL_MODELS)),

  LIST_POLICIES("listPolicies", Access.of(Role.VIEWER).owning(ALL_MODELS)),
  CREATE_POLICY("createPolicy", Access.of(Role.EDITOR).owning(BODY_TEAM)),
  CHECK_POLICY("checkPolicy", Access.of(Role.VIEWER)),
  GET_POLICY("getPolicy", Access.of(Role.VIEWER).owning(ALL_MODELS)),
  REPLACE_POLICY("replacePolicy", Access.of(Role.EDITOR).owning(POLICY, BODY_TEAM)),
  LIST_POLICY_VERSIONS("listPolicyVersions", Access.of(Role.VIEWER).owning(ALL_MODELS)),

  FORGET_SUBJECT("forgetSubject", Access.of(Role.ADMIN).owning(ALL_MODELS)),

  REBUILD_TOPIC("rebuildTopic", Access.of(Role.ADMIN).owning(ALL_MODELS)),

  LIST_AUDIT("listAudit", Access.of(Role.VIEWER).owning(ALL_MODELS)),
  GET_AUDIT_HEAD("getAuditHead", Access.of(Role.VIEWER).owning(ALL_MODELS)),
  VERIFY_AUDIT("verifyAudit", Access.of(Role.VIEWER).owning(ALL_MODELS)),
  /** A token for some models hears of these alone. */
  LISTEN("listen", Access.of(Role.VIEWER)),

  LIST_TOKENS("listTokens", Access.of(Role.ADMIN).owning(ALL_MODELS)),
  CREATE_TOKEN("createToken", Access.of(Role.ADMIN).owning(ALL_MODELS)),
  REVOKE_TOKEN("revokeToken", Access.of(Role.ADMIN).owning(ALL_MODELS));

  private final String id;

  @SuppressWarnings("ImmutableEnumChecker") // A record of an enum and an immutable set.
  private final Access access;

  Operation(String id, Access access) {
    this.id = id;
    this.access = access;
  }

  /** Its operationId in the contract. */
  public String id() {
    return id;
  }

  public Access access() {
    return access;
  }
}
