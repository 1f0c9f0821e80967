curl 'https://t.example/sa?project=one&q=boliravego%20kumi' \
  -H 'accept: */*' \
  -H 'content-type: application/x-www-form-urlencoded' \
  -b 'session=1a2b; lang=en' \
  -A 'Mozilla/5.0 (X11; Linux x86_64)' \
  --data-raw $'data=eyJ1IjoiYm9saXJhdmVnbyJ9&quote=it\'s\u0021' \
  --compressed ;
curl -G "https://t.example/a" --data-urlencode 'word=bolira vego' -k
curl -F 'word=bolira' -F 'file=@picture.png' https://t.example/form
