package io.inkstream.ops.rollout;

import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.ModelStatus;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.RolloutStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** Something that a change is to bring about, and how far a situation is from it. */
@FunctionalInterface
public interface Goal {
    /** Judges a situation. */
    Progress in(Situation situation);

    /** How far it is. */
    sealed interface Progress {
        <T> T match(Function<Reached, T> reached, Function<Open, T> open, Function<Missed, T> missed);

        /** It is so. */
        record Reached() implements Progress {
            @Override
            public <T> T match(Function<Reached, T> reached, Function<Open, T> open, Function<Missed, T> missed) {
                return reached.apply(this);
            }
        }

        /** It may yet be. */
        record Open(String why) implements Progress {
            @Override
            public <T> T match(Function<Reached, T> reached, Function<Open, T> open, Function<Missed, T> missed) {
                return open.apply(this);
            }
        }

        /** It will not be, whatever one waits. */
        record Missed(String why) implements Progress {
            @Override
            public <T> T match(Function<Reached, T> reached, Function<Open, T> open, Function<Missed, T> missed) {
                return missed.apply(this);
            }
        }
    }

    /**
     * Every live server has this very bundle READY. For one wait: it remembers whether it has seen the announcement, which
     * others may not see yet when its transaction has been committed.
     */
    static Goal ready(String id, String sha256) {
        AtomicBoolean wasAnnounced = new AtomicBoolean();
        return situation -> {
            ModelAnnouncement announced = situation.models().get(id);
            if (announced == null) {
                return wasAnnounced.get()
                        ? new Progress.Missed(id + " was withdrawn")
                        : new Progress.Open(id + " is not announced yet");
            }
            wasAnnounced.set(true);
            if (!announced.getSha256().equals(sha256)) {
                return new Progress.Missed(id + " is announced with other bytes");
            }
            Optional<ModelStatus> rejection = situation.liveServers().stream()
                    .flatMap(server -> situation.status(server, id).stream())
                    .filter(status -> status.getState() == ModelState.REJECTED)
                    .findFirst();
            if (rejection.isPresent()) {
                return new Progress.Missed("server " + rejection.get().getServerId() + " has rejected " + id + ": "
                        + rejection.get().getReason());
            }
            if (situation.liveServers().isEmpty()) {
                return new Progress.Open("no live model server");
            }
            List<String> waiting = situation.notReady(id);
            return waiting.isEmpty()
                    ? new Progress.Reached()
                    : new Progress.Open(id + " is not READY on " + String.join("; ", waiting));
        };
    }

    /** No live server has the version any more. */
    static Goal gone(String id) {
        return situation -> {
            if (situation.models().containsKey(id)) {
                return new Progress.Missed(id + " is announced");
            }
            List<String> holders = situation.statusesOf(id).stream()
                    .filter(status -> status.getState() != ModelState.UNLOADED)
                    .map(ModelStatus::getServerId)
                    .filter(situation.liveServers()::contains)
                    .toList();
            return holders.isEmpty()
                    ? new Progress.Reached()
                    : new Progress.Open("still loaded on " + String.join(", ", holders));
        };
    }

    /** Every live topology instance routes by all of this policy. */
    static Goal inForce(String name, RolloutPolicy policy) {
        String revision = policy.getRevision();
        return situation -> {
            RolloutPolicy written = situation.policies().get(name);
            if (written == null || !written.getRevision().equals(revision)) {
                return new Progress.Missed("policy "
                        + (written == null ? "of " + name + " was deleted" : written.getRevision() + " was written")
                        + " after " + revision);
            }
            List<RolloutStatus> instances = situation.liveInstances(name);
            if (instances.isEmpty()) {
                return new Progress.Open("no live topology instance has reported a status of " + name);
            }
            List<String> waiting = new ArrayList<>();
            for (RolloutStatus instance : instances) {
                if (revision.equals(instance.getHaltedRevision())) {
                    return new Progress.Missed(
                            instance.getInstance() + " has halted the candidate: " + instance.getHaltReason());
                }
                if (!instance.getInForce().equals(revision)
                        || !instance.getHeld().isEmpty()) {
                    waiting.add(instance.getInstance() + ": "
                            + (instance.getHeld().isEmpty()
                                    ? instance.getInForce() + " is in force"
                                    : instance.getHeld()));
                }
            }
            return waiting.isEmpty()
                    ? new Progress.Reached()
                    : new Progress.Open(revision + " is not in force on " + String.join("; ", waiting));
        };
    }
}
