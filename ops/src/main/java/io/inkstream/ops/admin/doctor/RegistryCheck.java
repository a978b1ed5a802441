package io.inkstream.ops.admin.doctor;

import io.inkstream.ops.client.Cluster;
import io.inkstream.schemas.serde.RegistryAudit;
import io.inkstream.schemas.serde.RegistryUnavailableException;
import io.inkstream.schemas.settings.CommonSettings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Whether the registry answers, and goes together with the schemas of this release. */
final class RegistryCheck implements Check {
    /** Under any other rule a new release may be given what it cannot read. */
    private static final Set<String> SAFE = Set.of("BACKWARD", "BACKWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE");

    private final Cluster cluster;

    RegistryCheck(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public String part() {
        return "registry";
    }

    @Override
    public boolean needsBrokers() {
        return false;
    }

    @Override
    public void look(Findings findings) {
        RegistryAudit audit = new RegistryAudit(cluster.settings().clientConfig());
        List<RegistryAudit.Subject> subjects;
        try {
            subjects = audit.compare(cluster.topics().valueTypes());
        } catch (RegistryUnavailableException e) {
            findings.unreachable(
                    e.getMessage(), "start the registry, or correct schema.registry.url (-r URL) and its credentials");
            return;
        }
        findings.ok("answers at " + String.join(",", cluster.settings().get(CommonSettings.SCHEMA_REGISTRY_URL)));
        subjects.forEach(subject -> report(subject, findings));
        long missing = subjects.stream()
                .filter(subject -> subject.standing() == RegistryAudit.Standing.MISSING)
                .count();
        findings.ok(subjects.size() - missing + " of " + subjects.size() + " subjects have a schema; "
                + (missing == 0 ? "all of them are looked at" : "the first record of each other registers one"));
        Map<String, Integer> rules = new TreeMap<>();
        try {
            for (RegistryAudit.Subject subject : subjects) {
                audit.rule(subject.name()).ifPresent(rule -> rules.merge(rule, 1, Integer::sum));
            }
        } catch (RegistryUnavailableException e) {
            findings.warning(
                    "the compatibility rules are unknown: " + e.getMessage(),
                    "let this command's user read /config of the registry");
            return;
        }
        reportRules(rules, findings);
    }

    private static void report(RegistryAudit.Subject subject, Findings findings) {
        String newest = "version " + subject.version() + " of subject " + subject.name();
        switch (subject.standing()) {
            case UNREADABLE ->
                findings.problem(
                        "this release cannot read records of " + newest + ": " + subject.detail(),
                        "upgrade this release, or find out who has registered it and go back to a schema that adds fields with"
                                + " defaults only");
            case OURS_IS_NEWER ->
                findings.warning(
                        newest + " cannot read what this release writes: " + subject.detail(),
                        "upgrade the other processes before this release writes such records");
            case SAME, COMPATIBLE, MISSING -> {
                // Nothing to do: they are counted.
            }
        }
    }

    private static void reportRules(Map<String, Integer> rules, Findings findings) {
        rules.forEach((rule, count) -> {
            if (SAFE.contains(rule)) {
                findings.ok("compatibility rule " + rule + " for " + count + " subjects");
            } else {
                findings.warning(
                        "compatibility rule " + rule + " for " + count
                                + " subjects: the registry may accept a schema that cannot read older records (one with a"
                                + " built-in rule, such as that of the compose file, says NONE all the same)",
                        "PUT {\"compatibility\":\"BACKWARD\"} to /config of the registry");
            }
        });
    }
}
