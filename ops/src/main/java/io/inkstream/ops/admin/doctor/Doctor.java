package io.inkstream.ops.admin.doctor;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.serde.RegistryUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Makes all checks of a deployment within a bounded time; one that fails, or never comes back, hides none of the others.
 *
 * <p>The first check is of the brokers: where they do not answer, those that need them are left out.
 */
public final class Doctor {
    private final List<Check> checks;
    private final Duration limit;

    /**
     * Looks at nothing yet.
     *
     * @param checks in the order of their findings, the one of the brokers first
     * @param limit of each check
     */
    public Doctor(List<Check> checks, Duration limit) {
        this.checks = List.copyOf(checks);
        this.limit = requireNonNull(limit, "limit");
    }

    /** Makes the checks; returns what they have found, in their order. */
    public List<Finding> examine() {
        ExecutorService threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "check");
            thread.setDaemon(true); // one that hangs must not keep the process
            return thread;
        });
        try {
            List<Finding> findings = new ArrayList<>();
            Check first = checks.get(0);
            Findings brokers = new Findings(first.part());
            await(first, brokers, threads.submit(() -> look(first, brokers)), System.nanoTime());
            findings.addAll(brokers.all());
            boolean isWithBrokers = brokers.worst() != Finding.Level.UNREACHABLE;
            Map<Check, Findings> others = new LinkedHashMap<>();
            Map<Check, Future<?>> running = new LinkedHashMap<>();
            long startNanos = System.nanoTime();
            for (Check check : checks.subList(1, checks.size())) {
                if (isWithBrokers || !check.needsBrokers()) {
                    Findings found = new Findings(check.part());
                    others.put(check, found);
                    running.put(check, threads.submit(() -> look(check, found)));
                }
            }
            others.forEach((check, found) -> {
                await(check, found, running.get(check), startNanos);
                findings.addAll(found.all());
            });
            if (!isWithBrokers) {
                findings.add(new Finding(
                        Finding.Level.UNREACHABLE,
                        "others",
                        "not looked at without brokers: "
                                + String.join(
                                        ", ",
                                        checks.stream()
                                                .filter(check -> !others.containsKey(check) && check != first)
                                                .map(Check::part)
                                                .toList()),
                        "make the brokers answer, then ask again"));
            }
            return findings;
        } finally {
            threads.shutdownNow();
        }
    }

    private void await(Check check, Findings found, Future<?> running, long startNanos) {
        try {
            running.get(Math.max(1, limit.toNanos() - (System.nanoTime() - startNanos)), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            running.cancel(true);
            found.unreachable(
                    "the check of " + check.part() + " has not ended within " + limit.toSeconds() + " s",
                    "look whether the brokers are overloaded; allow it more with --timeout");
        } catch (ExecutionException e) {
            throw new IllegalStateException("a check catches what it meets", e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private static void look(Check check, Findings findings) {
        try {
            check.look(findings);
        } catch (InterruptedException | InterruptException e) {
            Thread.currentThread().interrupt(); // it was given up, which is said already
        } catch (AuthenticationException | AuthorizationException e) {
            findings.problem(
                    "the brokers do not let us look: " + e.getMessage(),
                    "give this command's user the rights that OPERATIONS.md lists for the command line");
        } catch (org.apache.kafka.common.errors.TimeoutException e) {
            findings.unreachable(
                    "the brokers do not answer in time: " + e.getMessage(), "look at the brokers' logs and load");
        } catch (RegistryUnavailableException e) {
            findings.unreachable(
                    "unknown, since " + e.getMessage(), "start the registry, or correct schema.registry.url");
        } catch (Exception e) {
            findings.problem(
                    "the check failed: " + (e.getMessage() == null ? e.toString() : e.getMessage()),
                    "ask again; if it stays so, --verbose and the brokers' logs may tell more");
        }
    }
}
