namespace SkillAi.Queue.Contracts;

/// <summary>Names of all metrics: dashboards, alerts and scaling rules are checked against this table. Units are in
/// the names; everything that is counted is counted in items.</summary>
public static class MetricNames
{
    // Workers.
    public const string ModelLatency = "model_latency_seconds";
    public const string QueueWait = "skillai_queue_wait_seconds";
    public const string RunWait = "skillai_batch_wait_seconds";
    public const string RunSize = "skillai_run_size_items";
    public const string RunsFailed = "skillai_runs_failed_total";
    public const string ItemsDone = "skillai_items_completed_total";
    public const string RequestDuration = "skillai_request_duration_seconds";
    public const string InFlight = "skillai_inflight_items";
    public const string Prefetched = "skillai_prefetched_items";
    public const string MessagesReceived = "skillai_messages_received_total";
    public const string MessagesAcked = "skillai_messages_acked_total";
    public const string MessagesRedelivered = "skillai_messages_redelivered_total";
    public const string SavedSeconds = "skillai_device_saved_seconds_total";
    public const string BusySeconds = "skillai_worker_busy_seconds_total";
    public const string ModelLoadSeconds = "skillai_model_load_seconds";
    public const string ModelWarmUpSeconds = "skillai_model_warmup_seconds";
    public const string ModelInfo = "skillai_model_info";
    public const string DeviceMemoryUsed = "skillai_gpu_memory_used_bytes";
    public const string DeviceMemoryTotal = "skillai_gpu_memory_total_bytes";
    public const string DeviceMemoryBaseline = "skillai_gpu_memory_baseline_bytes";
    public const string TargetRunSize = "skillai_batch_target_size";
    public const string Quantum = "skillai_batch_quantum_seconds";
    public const string RunFill = "skillai_batch_fill_ratio";
    public const string ItemsRetried = "skillai_items_retried_total";
    public const string ItemsAside = "skillai_items_aside_total";
    public const string ItemsDead = "skillai_items_dead_total";
    public const string LettersDropped = "skillai_dead_letters_dropped_total";
    public const string LastDelivery = "skillai_consumer_last_delivery_timestamp_seconds";

    // Intake.
    public const string ItemsRefused = "skillai_items_refused_total";
    public const string ItemsEnqueued = "skillai_items_enqueued_total";
    public const string ItemsFedAgain = "skillai_refed_items_total";
    public const string ItemsNotFed = "skillai_items_not_fed_total";
    public const string BacklogItems = "skillai_backlog_items";
    public const string JobsOpen = "skillai_jobs_open";
    public const string OldestJob = "skillai_job_oldest_seconds";
    public const string JobDuration = "skillai_job_duration_seconds";
    public const string QueueReady = "skillai_queue_ready_messages";
    public const string QueueConsumers = "skillai_queue_consumers";

    // Both.
    public const string PublishConfirm = "skillai_publish_confirm_seconds";
    public const string PublishRefused = "skillai_publish_refused_total";
    public const string BrokerUp = "skillai_broker_connection_up";
    public const string BrokerBlocked = "skillai_broker_blocked";
    public const string StoreSeconds = "skillai_result_store_seconds";
}
