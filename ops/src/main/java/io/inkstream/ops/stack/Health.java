package io.inkstream.ops.stack;

import io.inkstream.schemas.AdminClients;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** A way to ask a process whether it is healthy. */
@FunctionalInterface
public interface Health {
    /**
     * The health that a process reported.
     *
     * @param healthy whether it does its work
     * @param reason why not, in the process's own words; empty when healthy
     */
    record Report(boolean healthy, String reason) {
        static final Report HEALTHY = new Report(true, "");
    }

    /** Asks once; returns an unhealthy report rather than waiting longer than the limit. */
    Report ask(Duration limit);

    /** Healthy when a GET answers 200; otherwise the body of the answer is the reason. */
    static Health ofHttp(String url) {
        HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
        return limit -> {
            try {
                HttpRequest request =
                        HttpRequest.newBuilder(URI.create(url)).timeout(limit).build();
                HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                return answer.statusCode() == 200 ? Report.HEALTHY : new Report(false, answer.body());
            } catch (IOException e) {
                return new Report(false, "no answer from " + url);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new Report(false, "interrupted");
            }
        };
    }

    /** Healthy when the cluster names a broker. */
    static Health ofBroker(String bootstrap) {
        return limit -> {
            int millis = (int) Math.max(1, limit.toMillis());
            Map<String, Object> config = Map.of(
                    AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
                    AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis,
                    AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis,
                    AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 100);
            try (Admin admin = AdminClients.create(config)) {
                boolean named = !admin.describeCluster()
                        .nodes()
                        .get(millis, TimeUnit.MILLISECONDS)
                        .isEmpty();
                return named ? Report.HEALTHY : new Report(false, "the cluster has no broker yet");
            } catch (ExecutionException | TimeoutException e) {
                return new Report(false, "no broker answers at " + bootstrap);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new Report(false, "interrupted");
            }
        };
    }

    /** Asks until healthy, out of time, or the process that it asks is gone; returns the last report. */
    static Report await(Health health, Duration limit, BooleanSupplier alive) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            Report report = health.ask(Duration.ofSeconds(2));
            if (report.healthy() || !alive.getAsBoolean() || System.nanoTime() - deadline >= 0) {
                return report;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }
}
