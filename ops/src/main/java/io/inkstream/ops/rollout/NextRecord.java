package io.inkstream.ops.rollout;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.rollout.PolicyChanges;
import java.util.List;

/**
 * What to write.
 *
 * @param name of the model, the record's key
 * @param policy to write, but for its revision and comment
 * @param notes what the change does beside what it was asked for, a sentence each
 */
public record NextRecord(String name, RolloutPolicy policy, List<String> notes) {
    public NextRecord {
        requireNonNull(name, "name");
        requireNonNull(policy, "policy");
        notes = List.copyOf(notes);
    }

    /** The same under a revision, with who and why. */
    public NextRecord signed(String revision, String comment) {
        return new NextRecord(name, PolicyChanges.signed(policy, revision, comment), notes);
    }
}
