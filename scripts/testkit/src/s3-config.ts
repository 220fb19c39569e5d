/** Configuration of a Ceph of one monitor and one OSD that keeps everything in memory and listens on loopback alone. */
export function cephConfig(dir: string, port: number, monitorPort: number): string {
  return `[global]
fsid = ${crypto.randomUUID()}
mon_host = v2:127.0.0.1:${monitorPort}/0
public_network = 127.0.0.0/8
auth_cluster_required = cephx
auth_service_required = cephx
auth_client_required = cephx
keyring = ${dir}/keyring
run_dir = ${dir}/run
admin_socket = ${dir}/run/$name.asok
log_file = ${dir}/log/$name.log
pid_file = ${dir}/run/$name.pid
crash_dir = ${dir}/run
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 1000
mon_data_avail_crit = 1
mon_osd_min_in_ratio = 0
paxos_propose_interval = 0.05
paxos_min_wait = 0.02
mon_tick_interval = 1
auth_allow_insecure_global_id_reclaim = false
[mon]
mon_data = ${dir}/mon
mon_cluster_log_file = ${dir}/log/cluster.log
[osd]
osd_data = ${dir}/osd
osd_objectstore = memstore
memstore_device_bytes = 4294967296
osd_memory_target = 939524096
osd_op_num_threads_per_shard = 1
osd_op_num_shards = 2
ms_async_op_threads = 1
[client.rgw]
rgw_data = ${dir}/rgw
rgw_frontends = beast endpoint=127.0.0.1:${port} tcp_nodelay=1
rgw_thread_pool_size = 32
rgw_dns_name = localhost
rgw_enable_usage_log = false
`;
}
