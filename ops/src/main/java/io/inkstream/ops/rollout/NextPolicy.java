package io.inkstream.ops.rollout;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.ModelKind;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.RolloutStep;
import io.inkstream.schemas.rollout.PolicyChanges;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Derives the one record that changes a rollout from the policy that is written now: what a change does not speak of stays
 * as it is, and a change that would break serving is refused. Pure.
 *
 * <p>Whatever names a candidate or a shadow also names the stable version, where the policy left that to the newest: else
 * the candidate would become stable by itself as soon as it is no candidate any more.
 */
public final class NextPolicy {
    /** Versions that are remembered to roll back to. */
    static final int EARLIER = PolicyChanges.EARLIER;

    private final Situation situation;
    private final String name;
    private final boolean force;
    private final boolean isHalted;
    private RolloutPolicy policy;
    private boolean isCandidateMeant;
    private final List<String> notes = new ArrayList<>();

    /**
     * Begins with what is written now.
     *
     * @param force whether to do what would break serving
     * @throws RefusedChangeException if no such model is announced
     */
    public NextPolicy(Situation situation, String name, boolean force) throws RefusedChangeException {
        this.situation = requireNonNull(situation, "situation");
        this.name = requireNonNull(name, "name");
        this.force = force;
        if (!situation.names().contains(name)) {
            throw RefusedChangeException.senseless("no model " + name + " is published; there are "
                    + (situation.names().isEmpty() ? "none" : situation.names()));
        }
        if (!situation.drawingNames().contains(name)) {
            throw drawsNothing(name);
        }
        RolloutPolicy written = situation.policies().get(name);
        isHalted = situation.isHalted(name);
        policy = written == null
                ? PolicyChanges.copy(
                        RolloutPolicy.newBuilder().setRevision("default").build())
                : PolicyChanges.copy(written);
    }

    /**
     * Makes a version serve by default.
     *
     * @param freeze whether to mark the policy as frozen, too
     */
    public NextRecord promote(ModelId version, boolean freeze) throws RefusedChangeException {
        return promote(version, freeze, Optional.empty());
    }

    /**
     * Makes a version serve by default, and perhaps has it watched for a while.
     *
     * @param freeze whether to mark the policy as frozen, too
     * @param baking how it is watched; the version before serves again by itself if it does not keep to it
     */
    public NextRecord promote(ModelId version, boolean freeze, Optional<Baking> baking) throws RefusedChangeException {
        String id = served(version);
        refuseWithoutStyles(id);
        if (!situation.mayServe(id)) {
            notes.add(id + " takes over once all live servers have it READY; it is not on "
                    + String.join("; ", situation.notReady(id)));
        }
        remember(Optional.of(id));
        policy.setStable(id);
        policy.setFrozen(freeze || policy.getFrozen());
        if (id.equals(candidate())) {
            endCandidate();
        }
        if (id.equals(shadow())) {
            endShadow();
        }
        policy.setBakeSeconds(0);
        if (baking.isPresent()) {
            bake(baking.get());
        }
        return change();
    }

    private void bake(Baking baking) throws RefusedChangeException {
        if (policy.getEarlier().isEmpty()) {
            throw RefusedChangeException.senseless(
                    "no version served before " + policy.getStable() + ", so baking has nothing to roll back to");
        }
        policy.setBakeSeconds((int) baking.lasts().toSeconds());
        baking.maxErrorRate().ifPresent(policy::setMaxCandidateErrorRate);
        baking.maxLatencyMs().ifPresent(policy::setMaxCandidateLatencyMs);
        if (candidate() != null) {
            notes.add("the same limits apply to candidate " + candidate());
        }
    }

    /** Leaves it to the newest version that every live server has READY, now and from now on; ends a freeze. */
    public NextRecord newest() {
        remember(situation.newest(name));
        policy.setStable(null);
        policy.setFrozen(false);
        policy.setBakeSeconds(0);
        return change();
    }

    /** Keeps new versions from becoming stable by themselves. */
    public NextRecord freeze() throws RefusedChangeException {
        nameStable();
        policy.setFrozen(true);
        return change();
    }

    /**
     * Routes a share of the documents to a version (a canary rollout).
     *
     * @param percent the share; 0 ends the candidate
     * @param maxErrorRate bound beyond which it is halted; that of before where it is the candidate already, else .05
     * @param maxLatencyMs the same of the time within which 95 % of its lines are drawn; else none
     */
    public NextRecord candidate(ModelId version, int percent, OptionalDouble maxErrorRate, OptionalInt maxLatencyMs)
            throws RefusedChangeException {
        String id = version.toString();
        isCandidateMeant = true;
        if (percent == 0) {
            if (!id.equals(candidate())) {
                throw RefusedChangeException.senseless(
                        id + " is not the candidate; " + (candidate() == null ? "there is none" : candidate() + " is"));
            }
            nameStable();
            endCandidate();
            return change();
        }
        beCandidate(version);
        if (!policy.getSteps().isEmpty()) {
            policy.setSteps(List.of());
            notes.add("its steps end; the share stays " + percent + " % until another policy is written");
        }
        policy.setCandidatePercent(percent);
        maxErrorRate.ifPresent(policy::setMaxCandidateErrorRate);
        maxLatencyMs.ifPresent(policy::setMaxCandidateLatencyMs);
        return change();
    }

    /**
     * Gives a version a share of the documents that changes by itself with time, and has it promoted when the last step is
     * over and none has halted it.
     *
     * @param steps at least one
     */
    public NextRecord candidate(ModelId version, List<RolloutStep> steps) throws RefusedChangeException {
        isCandidateMeant = true;
        beCandidate(version);
        PolicyChanges.setSteps(policy, steps);
        return change();
    }

    private void beCandidate(ModelId version) throws RefusedChangeException {
        String id = served(version);
        nameStable();
        refuseIfStable(id, "a candidate");
        if (!id.equals(candidate())) {
            endCandidate(); // and its bounds
        }
        policy.setCandidate(id);
        if (id.equals(shadow())) {
            endShadow();
            notes.add("its shadow ends");
        }
        if (policy.getBakeSeconds() > 0) {
            notes.add("until its baking is over, " + policy.getStable() + " is watched with the same limits");
        }
    }

    /**
     * Has a version draw too, unseen, to be compared.
     *
     * @param percent share of the documents; 0 ends the shadow
     */
    public NextRecord shadow(ModelId version, int percent) throws RefusedChangeException {
        String id = version.toString();
        if (percent == 0) {
            if (!id.equals(shadow())) {
                throw RefusedChangeException.senseless(
                        id + " is not the shadow; " + (shadow() == null ? "there is none" : shadow() + " is"));
            }
            nameStable();
            endShadow();
            return change();
        }
        served(version);
        nameStable();
        refuseIfStable(id, "a shadow");
        if (id.equals(candidate())) {
            throw RefusedChangeException.senseless(
                    id + " is the candidate already and cannot be its own shadow; end that"
                            + " first: inkstream models candidate " + id + " --percent 0");
        }
        policy.setShadow(id);
        policy.setShadowPercent(percent);
        return change();
    }

    /** Ties documents and styles to a version, whatever serves by default. */
    public NextRecord pin(ModelId version, Set<String> documents, Set<String> styles) throws RefusedChangeException {
        String id = served(version);
        List<String> has = situation.stylesOf(id);
        for (String style : styles) {
            if (!has.contains(style)) {
                throw RefusedChangeException.senseless(id + " has no style '" + style + "'; it has " + has);
            }
        }
        documents.forEach(document -> policy.getDocumentPins().put(document, id));
        styles.forEach(style -> policy.getStylePins().put(style, id));
        return change();
    }

    /** Unties them. */
    public NextRecord unpin(Set<String> documents, Set<String> styles) throws RefusedChangeException {
        remove("document", documents, policy.getDocumentPins());
        remove("style", styles, policy.getStylePins());
        return change();
    }

    /**
     * Goes back one step. Where a candidate has a share, its documents go back to the stable version. Else, where the
     * policy that was written last is held, the version that serves meanwhile stays. Else the version comes back that
     * served before, as the policy remembers; where it remembers none, the newest that was announced earlier. Versions
     * that no live server has READY are skipped.
     */
    public NextRecord rollback() throws RefusedChangeException {
        if (candidate() != null && policy.getCandidatePercent() > 0) {
            nameStable();
            notes.add("the candidate " + candidate() + " ends, " + policy.getStable() + " draws its documents again");
            endCandidate();
            return change();
        }
        Optional<String> serving = situation.serving(name);
        String id;
        if (policy.getStable() != null && serving.isPresent() && !serving.get().equals(stable())) {
            id = serving.get();
            notes.add(stable() + " never came into force; " + id + " serves on");
        } else {
            id = earlier(serving);
            notes.add("rolled back from " + serving.orElse("nothing") + " to " + id);
        }
        policy = PolicyChanges.backTo(name, policy, id);
        List<String> pinned = Stream.of(policy.getDocumentPins(), policy.getStylePins())
                .map(Map::values)
                .flatMap(pins -> ids(pins).stream())
                .filter(pin -> serving.isPresent() && serving.get().equals(pin) && !pin.equals(id))
                .distinct()
                .toList();
        pinned.forEach(pin -> notes.add("documents or styles stay pinned to " + pin + "; remove the pins with:"
                + " inkstream models pin " + name + " --remove"));
        return change();
    }

    /** A new revision lifts a halt: it must not do so unsaid, where the change is about something else. */
    private NextRecord change() {
        if (!isCandidateMeant && candidate() != null && isHalted) {
            notes.add("the candidate " + candidate() + ", which was halted, ends");
            endCandidate();
        }
        return new NextRecord(name, policy, notes);
    }

    /** The version that served before; what is remembered first, else what was announced before. */
    private String earlier(Optional<String> serving) throws RefusedChangeException {
        List<String> announced = situation.versionsOf(name);
        List<String> older = serving.isPresent() && announced.contains(serving.get())
                ? announced.subList(announced.indexOf(serving.get()) + 1, announced.size())
                : announced;
        for (String id : Stream.concat(ids(policy.getEarlier()).stream(), older.stream())
                .distinct()
                .toList()) {
            if (serving.isPresent() && serving.get().equals(id)) {
                continue;
            }
            if (situation.models().containsKey(id) && situation.isReadySomewhere(id)) {
                return id;
            }
            notes.add("skipped " + id + ", which no live server has READY");
        }
        throw RefusedChangeException.senseless(
                "there is nothing to roll back to: no live server has an earlier version of " + name
                        + " READY; publish one, or name one: inkstream models promote NAME:VERSION");
    }

    /** The id of a version that is announced and, unless forced, READY somewhere. */
    private String served(ModelId version) throws RefusedChangeException {
        String id = version.toString();
        ModelAnnouncement model = situation.models().get(id);
        if (model == null) {
            throw RefusedChangeException.senseless(
                    "no version " + id + " is published; of " + name + " there are " + situation.versionsOf(name));
        }
        if (!ModelKind.HANDWRITING.is(model)) {
            throw drawsNothing(id);
        }
        if (!force && !situation.isReadySomewhere(id)) {
            List<String> why = situation.notReady(id);
            throw RefusedChangeException.unsafe("no live server has " + id + " READY ("
                    + (why.isEmpty() ? "no server is live" : String.join("; ", why))
                    + "), so the policy would be held; wait for it, or publish a version that passes");
        }
        return id;
    }

    private static RefusedChangeException drawsNothing(String model) {
        return RefusedChangeException.senseless(model
                + " draws nothing, so no document can be routed to it; a language model writes text: inkstream generate"
                + " --lm NAME:VERSION");
    }

    private void refuseWithoutStyles(String id) throws RefusedChangeException {
        Optional<String> serving = situation.serving(name).filter(situation.models()::containsKey);
        if (force || serving.isEmpty()) {
            return;
        }
        List<String> lacking = new ArrayList<>(situation.stylesOf(serving.get()));
        lacking.removeAll(situation.stylesOf(id));
        if (!lacking.isEmpty()) {
            throw RefusedChangeException.unsafe(id + " lacks styles " + lacking + ", which " + serving.get()
                    + " has: documents that name them would become dead letters; add them to its bundle");
        }
    }

    private void refuseIfStable(String id, String what) throws RefusedChangeException {
        if (id.equals(stable())) {
            throw RefusedChangeException.senseless(id + " serves by default already and cannot be " + what
                    + "; to try a version first, freeze the model before you publish it: inkstream models promote "
                    + name + " --freeze");
        }
    }

    private void nameStable() throws RefusedChangeException {
        if (policy.getStable() == null) {
            policy.setStable(situation
                    .serving(name)
                    .orElseThrow(() -> RefusedChangeException.senseless("no version of " + name
                            + " serves yet; publish one and wait: inkstream models publish BUNDLE --wait")));
            notes.add(policy.getStable() + " stays the stable version from now on, whatever is published");
        }
    }

    /** Keeps what serves now to go back to, before another takes its place. */
    private void remember(Optional<String> next) {
        policy.setEarlier(PolicyChanges.remembered(
                name,
                policy,
                situation.serving(name).filter(id -> situation.models().containsKey(id)),
                next));
    }

    private void endCandidate() {
        PolicyChanges.endCandidate(policy);
    }

    private void endShadow() {
        PolicyChanges.endShadow(policy);
    }

    private static void remove(String kind, Set<String> keys, Map<String, String> pins) throws RefusedChangeException {
        for (String key : keys) {
            if (pins.remove(key) == null) {
                throw RefusedChangeException.senseless(
                        "no " + kind + " '" + key + "' is pinned; there are " + pins.keySet());
            }
        }
    }

    private String stable() {
        return policy.getStable() == null ? null : ModelId.resolve(name, policy.getStable());
    }

    private String candidate() {
        return policy.getCandidate() == null ? null : ModelId.resolve(name, policy.getCandidate());
    }

    private String shadow() {
        return policy.getShadow() == null ? null : ModelId.resolve(name, policy.getShadow());
    }

    private List<String> ids(Iterable<String> versions) {
        List<String> ids = new ArrayList<>();
        versions.forEach(version -> ids.add(ModelId.resolve(name, version)));
        return ids;
    }
}
