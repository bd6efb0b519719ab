# Guesses the password of alice, eight at a time. Prints how often each status came.
guess() {
  jar=$(mktemp)
  curl -s -c "$jar" -o /dev/null http://127.0.0.1/hub/login
  xsrf=$(awk '$6 == "_xsrf" {print $7}' "$jar")
  curl -s -b "$jar" -o /dev/null -w '%{http_code}\n' --data-urlencode "_xsrf=$xsrf" --data-urlencode 'username=alice' \
    --data-urlencode "password=guess $1" http://127.0.0.1/hub/login
}
for round in 1 2 3 4 5; do
  for each in 1 2 3 4 5 6 7 8; do guess "$round$each" & done
  wait
done | sort | uniq -c
