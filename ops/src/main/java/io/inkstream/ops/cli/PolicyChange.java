package io.inkstream.ops.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.rollout.Goal;
import io.inkstream.ops.rollout.NextRecord;
import io.inkstream.ops.rollout.RefusedChangeException;
import io.inkstream.ops.rollout.RolloutDesk;
import io.inkstream.ops.rollout.Situation;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.rollout.Revisions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Flags and course of every command that writes a policy: read what is, derive the next, write one record, wait. */
final class PolicyChange {
    @Spec(Target.MIXEE)
    private CommandSpec spec;

    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private WaitOptions wait;

    @Mixin
    private Verbosity verbosity;

    @Option(names = "--force", description = "Do it even if it breaks serving.")
    private boolean force;

    @Option(names = "--comment", paramLabel = "TEXT", description = "Comment kept in the policy.")
    private String comment = "";

    @Mixin
    private ResultOptions results;

    /**
     * What was written, and whether it is in force; the names are fixed.
     *
     * @param inForce absent where nobody waited
     */
    private record Result(
            @JsonUnwrapped PolicyJson policy,
            @JsonProperty("in_force") Boolean inForce,
            String reason,
            @JsonProperty("waited_ms") long waitedMs,
            List<String> notes,
            List<String> warnings) {}

    private record End(boolean isInForce, String reason) {}

    /** Changes the policy of the name; returns the exit code. */
    int run(String name, RolloutDesk.Edit edit) {
        return run(situation -> name, edit);
    }

    /** Changes the policy of the name that the situation suggests; returns the exit code. */
    int run(Function<Situation, String> name, RolloutDesk.Edit edit) {
        Cluster cluster = clusterOptions.connect();
        cluster.createTopics();
        InstantSource clock = InstantSource.system();
        try (RolloutDesk desk =
                new RolloutDesk(cluster, cluster.settings().get(OpsSettings.SILENCE), clock, System::nanoTime)) {
            String revision = new Revisions(clock, new SecureRandom()).next(spec.name());
            RolloutDesk.Written written = desk.change(name.apply(desk.situation()), force, revision, signature(), edit);
            return finish(desk, written.change(), written.warnings());
        } catch (RefusedChangeException e) {
            throw refusal(e);
        }
    }

    /** Parses a model id. */
    static ModelId version(String text) {
        try {
            return ModelId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.WRONG_USE, e.getMessage(), e);
        }
    }

    static CommandException refusal(RefusedChangeException e) {
        return e.mayBeForced()
                ? new CommandException(ExitCodes.UNSAFE, e.getMessage() + " (--force does it anyway)", e)
                : new CommandException(ExitCodes.WRONG_USE, e.getMessage(), e);
    }

    private String signature() {
        String by = "by " + System.getProperty("user.name");
        return comment.isBlank() ? by : by + ": " + comment;
    }

    private int finish(RolloutDesk desk, NextRecord change, List<String> warnings) {
        long start = System.nanoTime();
        End end = null;
        if (wait.isWanted()) {
            end = desk.await(Goal.inForce(change.name(), change.policy()), wait.limit())
                    .match(
                            inForce -> new End(true, ""),
                            failed -> new End(false, failed.why()),
                            late -> new End(false, late.why()));
        }
        long waitedMs = (System.nanoTime() - start) / 1_000_000;
        PolicyJson policy = PolicyJson.of(change.name(), change.policy());
        List<String> said = new ArrayList<>(change.notes());
        said.addAll(warnings);
        said.forEach(sentence -> Printed.note(spec, sentence));
        if (results.isJson()) {
            Printed.json(
                    spec,
                    new Result(
                            policy,
                            end == null ? null : end.isInForce(),
                            end == null ? "" : end.reason(),
                            waitedMs,
                            change.notes(),
                            warnings));
        } else {
            Printed.lines(spec, "policy: " + policy.model() + " " + policy.revision() + ": " + policy.inWords());
            if (end != null && end.isInForce()) {
                Printed.lines(spec, "in force: after " + waitedMs + " ms");
            }
        }
        if (end != null && !end.isInForce()) {
            Printed.note(spec, end.reason());
            return ExitCodes.FAILED;
        }
        return ExitCodes.DONE;
    }
}
