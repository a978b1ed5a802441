package io.inkstream.ops.admin.doctor;

import io.inkstream.ops.admin.TopicInspector;
import io.inkstream.ops.admin.TopicReport;
import io.inkstream.ops.client.Cluster;
import io.inkstream.schemas.AdminClients;
import io.inkstream.schemas.settings.CommonSettings;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;

/** Whether the topics are there, as this release would create them. */
final class TopicCheck implements Check {
    private final Cluster cluster;
    private final Duration limit;

    TopicCheck(Cluster cluster, Duration limit) {
        this.cluster = cluster;
        this.limit = limit;
    }

    @Override
    public String part() {
        return "topics";
    }

    @Override
    public void look(Findings findings) {
        List<TopicReport> reports;
        try (Admin admin = AdminClients.create(cluster.settings().clientConfig())) {
            reports = new TopicInspector(
                            admin,
                            cluster.topics(),
                            cluster.settings().get(CommonSettings.TOPIC_PARTITIONS),
                            cluster.settings().get(CommonSettings.TOPIC_REPLICATION),
                            limit)
                    .reports();
        }
        long right = 0;
        for (TopicReport report : reports) {
            for (TopicReport.Difference difference : report.differences()) {
                String what = report.topic() + ": " + difference.what();
                if (difference.harmful()) {
                    findings.problem(what, difference.remedy());
                } else {
                    findings.warning(what, difference.remedy());
                }
            }
            right += report.differences().isEmpty() ? 1 : 0;
        }
        findings.ok(right + " of " + reports.size() + " topics are as they should be");
    }
}
