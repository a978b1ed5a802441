package io.inkstream.ops.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.topics.Topics;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

class TopicInspectorTest {
    private static TopicReport report(ApiException why) {
        Admin nobody = (Admin) Proxy.newProxyInstance(
                Admin.class.getClassLoader(), new Class<?>[] {Admin.class}, (proxy, method, arguments) -> {
                    throw new AssertionError(method.getName() + " is not asked for");
                });
        Topics topics = new Topics("", Map.of("schema.registry.url", "mock://topic-inspector"));
        return new TopicInspector(nobody, topics, 1, 1, Duration.ofSeconds(1))
                .undescribed(new NewTopic("texts", 1, (short) 1), why);
    }

    @Test
    void aTopicThatIsNotThereIsToBeCreated() {
        TopicReport report = report(new UnknownTopicOrPartitionException("?"));

        assertThat(report.exists()).isFalse();
        assertThat(report.differences()).singleElement().satisfies(difference -> {
            assertThat(difference.harmful()).isTrue();
            assertThat(difference.remedy()).contains("topics create");
        });
    }

    @Test
    void ofATopicThatWeMayNotDescribeNobodySaysThatItIsMissing() {
        TopicReport report = report(new TopicAuthorizationException("Topic authorization failed."));

        assertThat(report.exists()).isNull();
        assertThat(report.differences()).singleElement().satisfies(difference -> {
            assertThat(difference.harmful()).isFalse();
            assertThat(difference.what()).contains("may not be asked").doesNotContain("does not have it");
            assertThat(difference.remedy()).contains("rights");
        });
    }
}
