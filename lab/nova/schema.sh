# Makes the databases of the services and a Keystone with its administrator, in the hub. MariaDB answers already.
set -eu
cd /root
mkdir -p /etc/keystone/fernet /etc/keystone/cred /var/lib/glance/images /var/lib/glance/staging /var/lib/glance/tasks
query=
for database in keystone glance placement nova nova_api nova_cell0; do
  user=${database%%_*}
  query="$query CREATE DATABASE $database CHARACTER SET utf8mb3;"
  for host in 127.0.0.1 localhost; do
    query="$query GRANT ALL ON $database.* TO '$user'@'$host' IDENTIFIED BY '$user';"
  done
done
mariadb --no-defaults -uroot -S /run/mysqld/s -e "$query"
(
  placement-manage db sync
  python3 -c 'import sys; sys.argv[0] = "glance-manage"; from glance.cmd.manage import main; main()' db_sync
) &
others=$!
keystone-manage db_sync
keystone-manage fernet_setup --keystone-user root --keystone-group root
keystone-manage credential_setup --keystone-user root --keystone-group root
keystone-manage bootstrap --bootstrap-password admin --bootstrap-region-id RegionOne --bootstrap-public-url http://hub:5000/v3/
wait $others
nova-manage api_db sync
nova-manage cell_v2 map_cell0 --database_connection mysql+pymysql://nova:nova@127.0.0.1/nova_cell0
nova-manage db sync
nova-manage cell_v2 create_cell --name cell1
