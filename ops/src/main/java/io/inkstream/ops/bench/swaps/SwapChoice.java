package io.inkstream.ops.bench.swaps;

import io.inkstream.ops.rollout.NextPolicy;
import io.inkstream.ops.rollout.RefusedChangeException;
import io.inkstream.ops.rollout.Situation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** What could serve next, in a situation. */
final class SwapChoice {
    private final Situation situation;
    private final String serving;
    private final List<String> announced;

    /**
     * In a situation.
     *
     * @param serving the version that serves
     * @param announced versions that may serve
     */
    SwapChoice(Situation situation, String serving, Collection<String> announced) {
        this.situation = situation;
        this.serving = serving;
        this.announced = List.copyOf(announced);
    }

    /** Chooses one that is possible. */
    SwapKind kind(Random random, boolean mustPublish) {
        boolean isAutomatic = isAutomatic();
        List<SwapKind> kinds =
                new ArrayList<>(List.of(isAutomatic ? SwapKind.PUBLISHED : SwapKind.PUBLISHED_AND_PROMOTED));
        if (!mustPublish) {
            if (!others().isEmpty()) {
                kinds.add(SwapKind.PROMOTED);
            }
            if (canRollBack()) {
                kinds.add(SwapKind.ROLLED_BACK);
            }
            if (!isAutomatic && !newest().equals(serving)) {
                kinds.add(SwapKind.NEWEST);
            }
        }
        return kinds.get(random.nextInt(kinds.size()));
    }

    /** The version that a rollback goes back to. */
    String rollbackTo() throws RefusedChangeException {
        return new NextPolicy(situation, Situation.nameOf(serving), false)
                .rollback()
                .policy()
                .getStable();
    }

    private boolean canRollBack() {
        try {
            return !rollbackTo().equals(serving);
        } catch (RefusedChangeException e) {
            return false;
        }
    }

    /** Announced versions that are READY and do not serve. */
    List<String> others() {
        return announced.stream()
                .filter(id -> !id.equals(serving))
                .filter(id -> situation.models().containsKey(id) && situation.isReadySomewhere(id))
                .toList();
    }

    /** The newest that is READY. */
    String newest() {
        return situation.versionsOf(Situation.nameOf(serving)).stream()
                .filter(situation::isReadySomewhere)
                .findFirst()
                .orElse(serving);
    }

    private boolean isAutomatic() {
        return Optional.ofNullable(situation.policies().get(Situation.nameOf(serving)))
                .filter(policy -> policy.getStable() != null)
                .isEmpty();
    }
}
