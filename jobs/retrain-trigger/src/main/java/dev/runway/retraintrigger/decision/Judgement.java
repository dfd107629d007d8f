package dev.runway.retraintrigger.decision;

import dev.runway.model.Decision;
import dev.runway.model.RetrainCommand;
import dev.runway.model.Staleness;
import dev.runway.retraintrigger.state.VersionFile;
import org.jspecify.annotations.Nullable;

/**
 * What became of one version at the end of one window.
 *
 * @param after its file from then on
 * @param command null when none is to be sent
 * @param cooldownMillis of the command
 * @param breaksCooldown whether the command breaks another one's cool-down
 */
public record Judgement(
    VersionFile after,
    Staleness staleness,
    Decision decision,
    @Nullable RetrainCommand command,
    long cooldownMillis,
    boolean breaksCooldown) {}
